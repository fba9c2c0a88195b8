// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Logging
import R3MESCache
package import R3MESDatabase

/// The service's data: in one SQLite file, or in PostgreSQL.
///
/// A write that has returned is on disk, unless
/// ``ServiceConfiguration/Database-swift.struct/synchronous-swift.property`` says otherwise. Reads of several statements see one
/// snapshot.
///
/// Reads and writes throw ``ServiceError`` or, when the calling task was cancelled, `CancellationError`; a cancelled
/// write has either been committed as a whole or left no trace.
public final class Storage: Sendable {
    package let database: any Database
    let cache: ServiceCache?
    let logger: Logger

    /// Where the data is, as the configuration has it; without a password.
    public let location: String

    /// How late other processes may see what is changed here, since they remember what they have read.
    public var delayOfOthers: Duration { cache?.delayOfOthers ?? .zero }

    /// Opens the database; a SQLite file is made when it is not there, unless told otherwise.
    ///
    /// PostgreSQL is connected to when it is asked. The schema is left as it is: see ``migrate()``.
    ///
    /// - Parameter remembering: What is remembered of the data, and where; nil for nothing.
    /// - Throws: ``ServiceError`` with ``ServiceError/Code/databaseUnavailable`` when the file cannot be opened or written,
    ///   ``ServiceError/Code/databaseBusy`` when someone else holds it locked for longer than the busy timeout, and
    ///   ``ServiceError/Code/databaseCorrupt`` when it is no SQLite file.
    public convenience init(
        opening settings: ServiceConfiguration.Database,
        remembering cache: ServiceConfiguration.Cache? = nil,
        mustExist: Bool = false,
        logger: Logger
    ) throws(ServiceError) {
        try self.init(opening: settings, remembering: cache, mustExist: mustExist, logger: logger, observer: nil)
    }

    package init(
        opening settings: ServiceConfiguration.Database,
        remembering cache: ServiceConfiguration.Cache? = nil,
        mustExist: Bool = false,
        logger: Logger,
        observer: (any StatementObserver)?
    ) throws(ServiceError) {
        location = settings.url.description
        self.logger = logger
        do {
            self.cache = try cache.flatMap { settings throws(CacheError) in try ServiceCache(settings, logger: logger) }
        } catch {
            throw ServiceError(.configurationInvalid, "The cache cannot be used: \(error.message).")
        }
        do {
            switch settings.url {
            case .sqlite(let path):
                try Storage.checkLocation(of: path, mustExist: mustExist)
                var configuration = SQLiteConfiguration(path: path)
                configuration.readers = settings.readers
                configuration.synchronous = settings.synchronous == .full ? .full : .normal
                configuration.busyTimeout = settings.busyTimeout
                configuration.logger = logger
                configuration.observer = observer
                database = try SQLiteDatabase(configuration)
            case .postgres(let postgres):
                let configuration = PostgresConfiguration(url: postgres.connectionString.value)
                database = try PostgresDatabase(configuration: configuration, logger: logger, observer: observer)
            }
        } catch {
            // Whoever opens the database chose it and is told which one it was; callers of the service never are.
            throw ServiceError(storage: error, location: location).naming(settings.url)
        }
    }

    /// SQLite says only "unable to open database file"; this says why.
    private static func checkLocation(of path: String, mustExist: Bool) throws(ServiceError) {
        let files = FileManager.default
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        let place = "The database file \(path) cannot be opened: "
        if files.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue {
                throw ServiceError(.databaseUnavailable, place + "it is a folder.")
            }
            if !files.isWritableFile(atPath: path) {
                throw ServiceError(.databaseUnavailable, place + "this user may not write it.")
            }
        } else if mustExist {
            throw ServiceError(.databaseUnavailable, place + "it is not there.")
        } else if !files.fileExists(atPath: folder, isDirectory: &isFolder) || !isFolder.boolValue {
            throw ServiceError(.databaseUnavailable, place + "the folder \(folder) is not there. Make it first.")
        }
        if !files.isWritableFile(atPath: folder) {
            throw ServiceError(.databaseUnavailable, place + "this user may not write in the folder \(folder).")
        }
    }

    /// Waits for the statements under way and closes every connection.
    ///
    /// SQLite's write-ahead log is folded into the file.
    public func close() async {
        await cache?.close()
        await database.shutdown()
    }
}

extension Storage {
    /// Runs one statement that reads.
    package func read<Value>(_ body: (any StatementExecutor) async throws -> Value) async throws -> Value {
        try await translating { try await body(database) }
    }

    /// Runs several statements on one snapshot.
    package func snapshot<Value>(_ body: (Transaction) async throws -> Value) async throws -> Value {
        try await translating { try await database.withTransaction(.readOnly, body) }
    }

    /// Runs a closure in a transaction of its own, which is rolled back when the closure throws.
    ///
    /// When it conflicts with a concurrent one, the closure is run again: it must have no effects but those in the transaction.
    package func write<Value>(_ body: (Transaction) async throws -> Value) async throws -> Value {
        try await translating { try await database.withTransaction(.repeatable, body) }
    }

    /// Does so, and forgets what the transaction changes before anybody is told that it is done.
    func write<Value>(
        forgetting entries: [ServiceCache.Entry],
        _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await write(body)
            await cache?.forget(entries)
            return value
        } catch {
            // What a rule refused was rolled back; of anything else nobody knows whether it was committed.
            if (error as? ServiceError).map({ $0.code.status >= 500 }) ?? true {
                await cache?.forget(entries)
            }
            throw error
        }
    }

    private func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await RequestTimings.measure(.database, body)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ServiceError(storage: error, location: location)
        }
    }
}

extension ServiceError {
    /// The error with the name of the database in front of what it says.
    fileprivate func naming(_ url: DatabaseURL) -> ServiceError {
        guard case .sqlite(let path) = url, !detail.contains(path) else { return self }
        return ServiceError(code, "\(path): \(detail)", context: context)
    }
}

extension Duration {
    /// The duration in seconds, as far as a `Double` can tell.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
