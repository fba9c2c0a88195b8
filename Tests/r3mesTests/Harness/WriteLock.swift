// SPDX-License-Identifier: Apache-2.0

import GRDB
import Logging
import R3MESDatabase
import R3MESTestSupport

/// Another program that holds the database: writes of the service wait for it, or fail.
struct WriteLock: Sendable {
    private let queue: DatabaseQueue

    /// Takes the lock.
    ///
    /// - Parameter isExclusive: Whether nobody may even read, in a database that is not in write-ahead-log mode.
    init(on path: String, isExclusive: Bool = false) throws {
        var configuration = GRDB.Configuration()
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

extension WriteLock {
    /// Keeps the service from writing, in the engine that the test runs on, until the lock is released.
    static func take(in folder: TemporaryFolder) async throws -> any HeldLock {
        switch TestedEngine.current {
        case .sqlite: try WriteLock(on: folder.database)
        case .postgres: try await PostgresWriteLock.take(folder.databaseURL)
        }
    }
}

/// A lock that keeps the service from writing.
protocol HeldLock: Sendable {
    /// Gives the lock back, having changed nothing.
    func release() async throws
}

extension WriteLock: HeldLock {}

/// A transaction that keeps everybody from writing users, until it is told to end.
private struct PostgresWriteLock: HeldLock {
    private let holder: Task<Void, any Error>
    private let release: AsyncStream<Void>.Continuation

    static func take(_ url: String) async throws -> PostgresWriteLock {
        let (taken, take) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            let logger = Logger(label: "test")
            let server = try PostgresDatabase(configuration: PostgresConfiguration(url: url), logger: logger)
            defer { take.finish() }
            try await server.withTransaction { transaction in
                try await transaction.execute("LOCK TABLE users, ledger IN EXCLUSIVE MODE")
                take.finish()
                for await _ in released {}
            }
            await server.shutdown()
        }
        for await _ in taken {}
        return PostgresWriteLock(holder: holder, release: release)
    }

    func release() async throws {
        release.finish()
        try await holder.value
    }
}

extension TemporaryFolder {
    /// Runs a statement on the database behind the service's back.
    func execute(_ sql: String) async throws {
        switch TestedEngine.current {
        case .sqlite:
            let queue = try DatabaseQueue(path: database)
            try await queue.write { db in try db.execute(sql: sql) }
            try queue.close()
        case .postgres:
            let configuration = PostgresConfiguration(url: databaseURL)
            let server = try PostgresDatabase(configuration: configuration, logger: Logger(label: "test"))
            try await server.execute(SQL(unsafeRaw: sql))
            await server.shutdown()
        }
    }
}
