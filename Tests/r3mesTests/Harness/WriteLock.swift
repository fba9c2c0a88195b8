// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Another program that holds the database: writes of the service wait for it, or fail.
struct WriteLock: Sendable {
    private let queue: DatabaseQueue

    /// Takes the lock.
    ///
    /// - Parameter isExclusive: Whether nobody may even read, in a database that is not in write-ahead-log mode.
    init(on path: String, isExclusive: Bool = false) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { db in
            try db.execute(sql: isExclusive ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE")
        }
    }

    /// Gives the lock back, having changed nothing.
    func release() throws {
        try queue.inDatabase { db in try db.execute(sql: "ROLLBACK") }
        try queue.close()
    }
}

extension TemporaryFolder {
    /// Runs a statement on the database behind the service's back.
    func execute(_ sql: String) async throws {
        let queue = try DatabaseQueue(path: database)
        try await queue.write { db in try db.execute(sql: sql) }
        try queue.close()
    }
}
