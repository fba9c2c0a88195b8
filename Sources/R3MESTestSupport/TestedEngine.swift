// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import R3MESDatabase
public import Testing

/// The engine that the running test keeps its data in.
public enum TestedEngine: String, Sendable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    /// The engine of the running test; SQLite unless it has the trait ``Testing/Trait/onBothEngines``.
    @TaskLocal public static var current = TestedEngine.sqlite

    /// Those that can be tested here.
    public static var available: [TestedEngine] {
        TestServices.postgres.shouldRun ? [.sqlite, .postgres] : [.sqlite]
    }
}

/// Runs each test of a suite once for each engine; without PostgreSQL, on SQLite alone.
public struct BothEnginesTrait: TestTrait, SuiteTrait, TestScoping {
    /// Whether the trait of a suite counts for each of its tests.
    public var isRecursive: Bool { true }

    /// Runs each case of the test once for each engine.
    @concurrent
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        for engine in TestedEngine.available {
            await TestedEngine.$current.withValue(engine) {
                do {
                    try await function()
                } catch {
                    Issue.record(error, "on \(engine.rawValue)")
                }
            }
        }
    }
}

extension Trait where Self == BothEnginesTrait {
    /// Runs the test on SQLite and on PostgreSQL.
    public static var onBothEngines: Self { BothEnginesTrait() }
}

/// Gives the URL of a schema of its own in PostgreSQL, which is dropped when the body ends.
public func withPostgresSchema<Result>(_ body: (_ url: String) async throws -> Result) async throws -> Result {
    let url = try #require(TestServices.postgres.url, "\(TestServices.postgres.reason)")
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    var configuration = PostgresConfiguration(url: url)
    configuration.sharedConnections = 0
    configuration.statementTimeout = .seconds(240)
    configuration.pool.acquireTimeout = .seconds(240)
    let mother = try PostgresDatabase(configuration: configuration, logger: logger)
    let schema = SQL(unsafeRaw: "test_\(UUID().uuidString.filter(\.isHexDigit).lowercased())")
    do {
        try await mother.execute("CREATE SCHEMA \(schema)")
        let options = "options=-c%20search_path%3D\(schema)%20-c%20client_min_messages%3Dwarning"
        let result = try await body(url + (url.contains("?") ? "&" : "?") + options)
        try await mother.execute("DROP SCHEMA \(schema) CASCADE")
        await mother.shutdown()
        return result
    } catch {
        _ = try? await mother.execute("DROP SCHEMA IF EXISTS \(schema) CASCADE")
        await mother.shutdown()
        throw error
    }
}
