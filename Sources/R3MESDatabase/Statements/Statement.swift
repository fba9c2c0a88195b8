// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A statement's text, put together and judged once, and what was learned by running it.
///
/// Its identity is the key of the connections' caches.
final class Statement: Sendable {
    /// The most parameters that PostgreSQL's protocol can count.
    static let maximumParameters = 65_535

    let text: String
    /// The text for C, with its NUL.
    let cText: ContiguousArray<CChar>
    let kind: StatementKind
    let parameterCount: Int

    private let writes = Atomic(false)
    private let needsParameterTypes = Atomic(false)

    /// - Throws: ``DatabaseError/Code/invalidParameter``, ``DatabaseError/Code/invalidStatement``.
    init(_ sql: SQL, dialect: SQLDialect) throws(DatabaseError) {
        parameterCount = sql.parameters.count
        guard parameterCount <= Self.maximumParameters else {
            throw DatabaseError(
                .invalidParameter,
                "the statement has \(parameterCount) parameters, the most that can be sent is \(Self.maximumParameters)"
            )
        }
        text = sql.text(for: dialect)
        guard !text.utf8.contains(0) else {
            throw DatabaseError(.invalidStatement, "the statement's text contains NUL")
        }
        cText = ContiguousArray(text.utf8CString)
        kind = StatementKind(text: text)
    }

    /// Whether the statement only reads, as far as is known.
    var isRead: Bool {
        kind == .read && !writes.load(ordering: .relaxed)
    }

    /// The server refused to run it where only reading is allowed.
    func markAsWriting() {
        writes.store(true, ordering: .relaxed)
    }

    /// Whether it is worth while to prepare it: what is not run often by itself, or can't be prepared, is not.
    var isPreparable: Bool {
        switch kind {
        case .read, .write: true
        case .transactionBound, .transactionControl, .sessionState, .copy: false
        }
    }

    /// Whether the server could not infer the parameters' types and has to be told.
    var declaresParameterTypes: Bool {
        needsParameterTypes.load(ordering: .relaxed)
    }

    /// The server could not infer a parameter's type.
    func declareParameterTypes() {
        needsParameterTypes.store(true, ordering: .relaxed)
    }
}
