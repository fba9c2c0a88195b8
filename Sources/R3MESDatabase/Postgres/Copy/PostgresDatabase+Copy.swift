// SPDX-License-Identifier: Apache-2.0

extension PostgresDatabase {
    /// What ``withCopy(of:format:file:line:_:)`` delivers.
    public enum CopyFormat: String, Sendable {
        /// Tabs and lines, as `psql` shows by `\copy`.
        case text
        /// Comma-separated values, RFC 4180.
        case csv
        /// PostgreSQL's own.
        case binary
    }

    /// Runs a query and lends its rows as bytes, in pieces of about 64 KiB, straight from the server and never parsed here.
    ///
    /// A slow body stops the reading. If it returns or throws before the end, the connection is closed rather than read to the end.
    ///
    /// - Parameters:
    ///   - sql: A query; its values cannot be parameters there, so it must have none.
    ///   - format: The format of the bytes.
    ///   - file: The place that a report of a leak names.
    ///   - line: The place that a report of a leak names.
    ///   - body: Takes the pieces, once.
    /// - Throws: What the body throws; ``DatabaseError``; `CancellationError`.
    public func withCopy<Result>(
        of sql: SQL,
        format: CopyFormat,
        file: String = #fileID,
        line: Int = #line,
        _ body: (PostgresCopy) async throws -> Result
    ) async throws -> Result {
        guard sql.parameters.isEmpty else {
            throw DatabaseError(.invalidParameter, "a query that is copied can have no parameters")
        }
        let text = try catalog.statement(for: sql).text
        return try await withLease(until: nil, file: file, line: line) { connection in
            let channel = CopyOutChannel("COPY (\(text)) TO STDOUT (FORMAT \(format.rawValue))")
            if let refusal = connection.mailbox.submit(.copyOut(channel)) {
                throw refusal
            }
            defer { channel.callOff(connection.mailbox) }
            return try await body(PostgresCopy { try await channel.next(connection.mailbox) })
        }
    }
}

/// The bytes of a copy, in pieces that end with a row.
public struct PostgresCopy: AsyncSequence, Sendable {
    /// Some rows' bytes.
    public typealias Element = [UInt8]
    /// ``DatabaseError`` or `CancellationError`.
    public typealias Failure = any Error

    private let next: @Sendable () async throws -> [UInt8]?

    init(_ next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.next = next
    }

    /// Begins to take the pieces.
    public func makeAsyncIterator() -> Iterator { Iterator(take: next) }

    /// Takes one piece after the other.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let take: @Sendable () async throws -> [UInt8]?

        /// The next piece; nil at the end.
        ///
        /// - Throws: ``DatabaseError``; `CancellationError`.
        public mutating func next() async throws -> [UInt8]? { try await take() }
    }
}
