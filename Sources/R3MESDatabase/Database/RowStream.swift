// SPDX-License-Identifier: Apache-2.0

/// The rows of a statement, fetched in chunks while they are looked at.
///
/// For one iteration, by one task.
public struct RowStream: AsyncSequence, Sendable {
    /// One row.
    public typealias Element = Row
    /// ``DatabaseError`` or `CancellationError`.
    public typealias Failure = any Error

    /// The next rows; nil at the end.
    private let fetch: @Sendable () async throws -> Rows?

    init(fetch: @escaping @Sendable () async throws -> Rows?) {
        self.fetch = fetch
    }

    /// Begins to look at the rows.
    public func makeAsyncIterator() -> Iterator {
        Iterator(fetch: fetch)
    }

    /// Fetches a chunk when the one before has been looked at.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let fetch: @Sendable () async throws -> Rows?
        private var rows: Rows?
        private var position = 0
        private var isAtEnd = false

        fileprivate init(fetch: @escaping @Sendable () async throws -> Rows?) {
            self.fetch = fetch
        }

        /// The next row; nil at the end, and ever after.
        ///
        /// - Throws: ``DatabaseError``; `CancellationError`.
        public mutating func next() async throws -> Row? {
            while !isAtEnd {
                if let rows, position < rows.count {
                    defer { position += 1 }
                    return rows[position]
                }
                rows = try await fetch()
                position = 0
                isAtEnd = rows == nil
            }
            return nil
        }
    }
}
