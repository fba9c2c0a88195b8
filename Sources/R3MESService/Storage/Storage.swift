// SPDX-License-Identifier: Apache-2.0

import Foundation
package import GRDB
public import Logging

/// The service's data in one SQLite file.
///
/// The file is in write-ahead-log mode: readers see the last commit and never wait for the writer. There is one writer;
/// writes queue for it in order of arrival. A write that has returned is on disk, unless
/// ``ServiceConfiguration/Database-swift.struct/synchronous-swift.property`` says otherwise.
///
/// Reads and writes throw ``ServiceError`` or, when the calling task was cancelled, `CancellationError`; a cancelled
/// write has either been committed as a whole or left no trace.
public final class Storage: Sendable {
    package let pool: DatabasePool
    let logger: Logger

    /// The folder and name of the file, as it was given.
    public let path: String

    /// Opens the file, making it when it is not there, unless told otherwise.
    ///
    /// The schema is left as it is: see ``migrate()``.
    ///
    /// - Throws: ``ServiceError`` with ``ServiceError/Code/databaseUnavailable`` when the file cannot be opened or written,
    ///   ``ServiceError/Code/databaseBusy`` when someone else holds it locked for longer than the busy timeout, and
    ///   ``ServiceError/Code/databaseCorrupt`` when it is no SQLite file.
    public init(
        opening settings: ServiceConfiguration.Database,
        mustExist: Bool = false,
        logger: Logger
    ) throws(ServiceError) {
        guard case .sqlite(let path) = settings.url else {
            throw ServiceError(
                .databaseUnavailable,
                "This version keeps its data in SQLite only. Give database.url as sqlite:PATH."
            )
        }
        try Storage.checkLocation(of: path, mustExist: mustExist)
        do {
            pool = try DatabasePool(path: path, configuration: Storage.connectionSettings(settings))
            // GRDB opens a write-ahead log with `synchronous = NORMAL`, which can lose the last commits in a power cut.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(settings.synchronous.rawValue)")
            }
        } catch {
            // Whoever opens the file chose it and is told which one it was; callers of the service never are.
            let reason = ServiceError(storage: error, path: path)
            throw ServiceError(reason.code, "\(path): \(reason.detail)", context: reason.context)
        }
        self.path = path
        self.logger = logger
    }

    private static func connectionSettings(_ settings: ServiceConfiguration.Database) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.label = "r3mes"
        configuration.busyMode = .timeout(settings.busyTimeout.seconds)
        configuration.maximumReaderCount = settings.readers
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { db in
            // Keeps the log file from staying as large as the largest burst that it ever took.
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
            try db.execute(sql: "PRAGMA cache_size = -8192")
            // Without it, REPLACE would delete ledger entries behind the back of the trigger that keeps them.
            try db.execute(sql: "PRAGMA recursive_triggers = ON")
        }
        return configuration
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
    /// The write-ahead log is folded into the file.
    public func close() throws {
        do {
            // The last connection to close folds the log into the file, if it may write. GRDB closes its writer first, so
            // the readers have to go before that.
            pool.invalidateReadOnlyConnections()
            try pool.close()
        } catch {
            throw ServiceError(storage: error, path: path)
        }
    }
}

extension Storage {
    /// Runs a closure on a snapshot of the last commit.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await RequestTimings.measure(.database) { try await pool.read(body) }
        } catch {
            throw translate(error)
        }
    }

    /// Runs a closure in a transaction of its own, which is rolled back when the closure throws.
    package func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await RequestTimings.measure(.database) { try await pool.write(body) }
        } catch {
            throw translate(error)
        }
    }

    private func translate(_ error: any Error) -> any Error {
        error is CancellationError ? error : ServiceError(storage: error, path: path)
    }
}

extension Duration {
    /// The duration in seconds, as far as a `Double` can tell.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
