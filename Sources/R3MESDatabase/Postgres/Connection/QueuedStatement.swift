// SPDX-License-Identifier: Apache-2.0

/// A request in the hands of a connection, and what happened to it there.
struct QueuedStatement: Sendable {
    /// More often than this no statement is sent: a server or a pooler that always undoes it would be asked for ever.
    static let maximumAttempts = 5

    let request: StatementRequest
    /// Whether it gets a segment, and so an implicit transaction, of its own.
    var isAlone: Bool
    /// How often it has been sent without an answer of its own.
    var attempts = 0
    /// Whether the connection it was sent on broke once already.
    var survivedConnection = false

    init(_ request: StatementRequest) {
        self.request = request
        isAlone = !request.isRepeatable
    }

    /// The statement for another try, which no neighbour can disturb; nil after too many.
    func again() -> QueuedStatement? {
        guard attempts < Self.maximumAttempts else {
            return nil
        }
        var next = self
        next.attempts += 1
        next.isAlone = true
        return next
    }
}
