// SPDX-License-Identifier: Apache-2.0

import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A connection to the file, with a queue on which alone it is used.
///
/// GRDB opens, configures and closes it and owns the queue. Statements go to SQLite directly: rows become a table without
/// a detour over one value at a time.
///
/// A connection is an executor of tasks as well: the body of a transaction that runs on it calls SQLite without leaving
/// its thread.
///
/// `@unchecked Sendable`: everything mutable is used on the queue only.
final class SQLiteConnection: TaskExecutor, @unchecked Sendable {
    /// How many instructions of SQLite's machine lie between two looks at the gate; some ten microseconds.
    private static let gateInterval: CInt = 1000

    /// Whether the file is opened for reading only.
    let isReader: Bool
    private let queue: DatabaseQueue
    private let clock: PoolClock
    private let busyTimeout: Duration
    /// The thread that works on the queue now; zero if there is none.
    private let worker = Atomic<UInt>(0)

    private(set) var handle: OpaquePointer?
    private var statements: StatementCache
    private var controls: [ControlStatement: PreparedStatement] = [:]
    /// What the running statement waits for, and whether SQLite may be told to end it.
    private var gate: (gate: StatementGate, mayInterrupt: Bool)?
    private var busySince: Duration = .zero

    /// Opens the file, in the calling thread.
    ///
    /// - Throws: ``DatabaseError``.
    init(_ configuration: SQLiteConfiguration, isReader: Bool, clock: PoolClock) throws(DatabaseError) {
        self.isReader = isReader
        self.clock = clock
        busyTimeout = configuration.busyTimeout
        statements = StatementCache(capacity: configuration.options.statementCacheSize)
        do {
            let settings = Self.settings(configuration, isReader: isReader)
            queue = try DatabaseQueue(path: configuration.path, configuration: settings)
            handle = try queue.inDatabase { connection in
                if !isReader {
                    // GRDB opens a write-ahead log with NORMAL.
                    try connection.execute(sql: "PRAGMA synchronous = \(configuration.synchronous.rawValue)")
                }
                return connection.sqliteConnection
            }
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(sqlite: error.extendedResultCode.rawValue, message: error.message ?? "")
        } catch {
            throw DatabaseError(.connectionFailed, "the database file cannot be opened", underlying: error)
        }
        queue.inDatabase { _ in takeOver() }
    }

    private static func settings(_ configuration: SQLiteConfiguration, isReader: Bool) -> GRDB.Configuration {
        var settings = GRDB.Configuration()
        settings.label = isReader ? "r3mes.sqlite.reader" : "r3mes.sqlite.writer"
        settings.readonly = isReader
        settings.busyMode = .timeout(configuration.busyTimeout / .seconds(1))
        settings.allowsUnsafeTransactions = true
        if !isReader {
            settings.journalMode = .wal
        }
        let options = configuration.options
        settings.prepareDatabase { connection in
            // Keeps the log file from staying as large as the largest burst that it ever took.
            try connection.execute(sql: "PRAGMA journal_size_limit = \(options.maximumLogSize)")
            try connection.execute(sql: "PRAGMA cache_size = -\(options.pageCacheSize / 1024)")
            // Without it, REPLACE would delete rows behind the back of the triggers that keep them.
            try connection.execute(sql: "PRAGMA recursive_triggers = ON")
        }
        return settings
    }

    /// Takes GRDB's observers off, which would look at each commit and each preparation, and puts the gate on.
    private func takeOver() {
        sqlite3_commit_hook(handle, nil, nil)
        sqlite3_rollback_hook(handle, nil, nil)
        sqlite3_set_authorizer(handle, nil, nil)
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_busy_handler(
            handle,
            { context, tries in context.map { SQLiteConnection.at($0).waitForLock(tries) ? 1 : 0 } ?? 0 },
            context
        )
        sqlite3_progress_handler(
            handle,
            Self.gateInterval,
            { context in context.map { SQLiteConnection.at($0).mustStop ? 1 : 0 } ?? 0 },
            context
        )
    }

    private static func at(_ context: UnsafeMutableRawPointer) -> SQLiteConnection {
        Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue()
    }

    private var mustStop: Bool {
        guard let gate, gate.mayInterrupt else { return false }
        return gate.gate.closed(at: clock.now) != nil
    }

    /// SQLite asks whether to try a lock again; this blocks the queue's thread, which nobody else could use meanwhile.
    private func waitForLock(_ tries: CInt) -> Bool {
        let now = clock.now
        if tries == 0 {
            busySince = now
        }
        guard now - busySince < busyTimeout, gate?.gate.closed(at: now) == nil else {
            return false
        }
        usleep(tries < 10 ? 1000 : 5000)
        return true
    }
}

extension SQLiteConnection {
    /// Runs the closure on the connection's queue, after all that was given before.
    func async(_ work: @escaping @Sendable () -> Void) {
        queue.asyncWriteWithoutTransaction { [self] _ in
            worker.store(Self.thread, ordering: .relaxed)
            work()
            worker.store(0, ordering: .relaxed)
        }
    }

    /// Closes the file, after all that was given before.
    func closed() async {
        await withUnsafeContinuation { continuation in
            async { [self] in
                release()
                // GRDB closes from outside the queue, and waits for it.
                DispatchQueue.global().async { [self] in
                    // Statements under way keep the file open; it then goes with the last of them.
                    try? queue.close()
                    continuation.resume()
                }
            }
        }
    }

    /// Whether the calling thread works on the connection's queue.
    var isOnQueue: Bool { worker.load(ordering: .relaxed) == Self.thread }

    private static var thread: UInt {
        #if canImport(Darwin)
        UInt(bitPattern: pthread_self())
        #else
        UInt(pthread_self())
        #endif
    }

    /// Runs a piece of a task on the connection's queue.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        async { [self] in
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}

// All of these are called on the queue.
extension SQLiteConnection {
    /// Runs statements that end when the gate closes.
    ///
    /// - Parameters:
    ///   - gate: Closed by whoever gives the statements up.
    ///   - mayInterrupt: Whether a write may be broken off, with which SQLite rolls the whole transaction back. Reads always may.
    /// - Throws: What the work throws; the gate's error instead of what SQLite said when it was told to end.
    func run<Result>(
        under gate: StatementGate,
        mayInterrupt: Bool,
        _ work: () throws -> Result
    ) throws -> Result {
        let outer = self.gate
        self.gate = (gate, mayInterrupt)
        defer { self.gate = outer }
        do {
            return try work()
        } catch let error as DatabaseError
            where error.code == .cancelled || error.code == .lockNotAvailable
        {
            throw gate.closed?.error ?? error
        }
    }

    /// A read may always be broken off: nothing is rolled back with it.
    private func allowInterrupt(of statement: PreparedStatement) {
        if statement.isReadOnly {
            gate?.mayInterrupt = true
        }
    }

    /// The statement, prepared and in nobody's use.
    ///
    /// - Throws: ``DatabaseError``.
    func prepare(_ statement: Statement) throws(DatabaseError) -> PreparedStatement {
        guard let handle else {
            throw DatabaseError(.closed, "the database was shut down")
        }
        if let known = statements[statement] {
            guard known.isInUse else { return known }
            return try PreparedStatement(statement.cText, on: handle, persistent: false)
        }
        let prepared = try PreparedStatement(statement.cText, on: handle)
        statements[statement] = prepared
        return prepared
    }

    /// Runs a statement to its end.
    ///
    /// - Throws: ``DatabaseError``.
    func query(_ statement: Statement, _ sql: SQL) throws(DatabaseError) -> Rows {
        try query(try prepare(statement), sql)
    }

    /// Runs a statement to its end.
    ///
    /// - Throws: ``DatabaseError``.
    func query(_ prepared: PreparedStatement, _ sql: SQL) throws(DatabaseError) -> Rows {
        defer { prepared.end() }
        let mayInterrupt = gate?.mayInterrupt ?? false
        defer { gate?.mayInterrupt = mayInterrupt }
        allowInterrupt(of: prepared)
        try prepared.begin(sql)
        var table = SQLiteTableBuilder()
        while try prepared.step() {
            try prepared.read(into: &table)
        }
        return Rows(table.finish(columns: prepared.columns))
    }

    /// Runs a statement to its end and counts the rows that it changed.
    ///
    /// - Throws: ``DatabaseError``.
    func execute(_ statement: Statement, _ sql: SQL) throws(DatabaseError) -> Int {
        let prepared = try prepare(statement)
        defer { prepared.end() }
        let mayInterrupt = gate?.mayInterrupt ?? false
        defer { gate?.mayInterrupt = mayInterrupt }
        allowInterrupt(of: prepared)
        let before = sqlite3_total_changes64(handle)
        try prepared.begin(sql)
        while try prepared.step() {}
        // The count of the last change stays when a statement changes nothing, such as CREATE TABLE.
        return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }

    /// Runs a statement once for each row, and counts what it changed.
    ///
    /// - Throws: ``DatabaseError``; the gate's error between two rows.
    func execute(_ statement: Statement, rows: [[SQLValue]], gate: StatementGate) throws -> Int {
        let prepared = try prepare(statement)
        var changes = 0
        for (index, row) in rows.enumerated() {
            if index & 0xFF == 0, let reason = gate.closed(at: clock.now) {
                throw reason.error
            }
            defer { prepared.end() }
            guard row.count == statement.parameterCount else {
                throw DatabaseError(
                    .invalidParameter,
                    "row \(index) has \(row.count) values for \(statement.parameterCount) columns"
                )
            }
            let before = sqlite3_total_changes64(handle)
            try prepared.begin(row: row)
            while try prepared.step() {}
            if sqlite3_total_changes64(handle) != before {
                changes += Int(sqlite3_changes64(handle))
            }
        }
        return changes
    }

    /// Runs a statement of this library's own.
    ///
    /// - Throws: ``DatabaseError``.
    func control(_ control: ControlStatement) throws(DatabaseError) {
        guard let handle else {
            throw DatabaseError(.closed, "the database was shut down")
        }
        let prepared: PreparedStatement
        if let known = controls[control] {
            prepared = known
        } else {
            prepared = try PreparedStatement(ContiguousArray(control.rawValue.utf8CString), on: handle)
            controls[control] = prepared
        }
        defer { prepared.end() }
        _ = try prepared.step()
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool {
        handle.map { sqlite3_get_autocommit($0) == 0 } ?? false
    }

    /// Finalizes all statements, so that the file can be closed.
    private func release() {
        statements.removeAll()
        controls = [:]
        handle = nil
    }
}
