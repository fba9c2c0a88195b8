// SPDX-License-Identifier: Apache-2.0

import Logging
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESDatabase

/// The database of the tests' server.
enum PostgresTestDatabase {
    /// For suites that need the server.
    static var isThere: ConditionTrait {
        .enabled(if: TestServices.postgres.shouldRun, Comment(rawValue: TestServices.postgres.reason))
    }

    private static let tables = Atomic(0)

    /// How long anything may take that is not about time, while all tests run at once on few cores.
    static let patience = Duration.seconds(240)

    static func configuration() throws -> PostgresConfiguration {
        var configuration = PostgresConfiguration(url: try #require(TestServices.postgres.url))
        configuration.wait(as: patience)
        return configuration
    }

    /// Lends a database and, in it, the name of a table that is not there yet.
    static func with(
        observer: (any StatementObserver)? = nil,
        _ configure: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: (PostgresDatabase, SQL) async throws -> Void
    ) async throws {
        var configuration = try configuration()
        configure(&configuration)
        let database = try PostgresDatabase(configuration: configuration, logger: .quiet, observer: observer)
        let number = tables.wrappingAdd(1, ordering: .relaxed).newValue
        let table = SQL(unsafeRaw: "test_\(UInt32.random(in: 0...UInt32.max))_\(number)")
        do {
            try await body(database, table)
        } catch {
            await database.shutdown()
            throw error
        }
        let owner = try PostgresDatabase(configuration: try self.configuration(), logger: .quiet)
        await database.shutdown()
        try await owner.execute("DROP TABLE IF EXISTS \(table) CASCADE")
        await owner.shutdown()
    }
}

extension PostgresConfiguration {
    /// Waits for connections and for the server so long.
    mutating func wait(as patience: Duration) {
        statementTimeout = patience
        pool.acquireTimeout = patience
        pool.options.maintenanceTimeout = patience
        options.connectTimeout = patience
        options.cancellationTimeout = patience
    }
}

extension Logger {
    /// Says nothing.
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension PostgresDatabase {
    /// The only value of the only row.
    func value<Value: SQLDecodable>(_ sql: SQL, as type: Value.Type = Value.self) async throws -> Value {
        try await query(sql).only().decode(at: 0)
    }
}

/// Runs the body and gives the database's error, which it must throw.
func databaseError(
    _ location: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async throws -> DatabaseError {
    do {
        try await body()
    } catch let error as DatabaseError {
        return error
    }
    try #require(Bool(false), "no DatabaseError was thrown", sourceLocation: location)
    throw CancellationError()
}
