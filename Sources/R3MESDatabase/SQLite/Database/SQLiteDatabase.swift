// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import ServiceLifecycle

/// A SQLite file as a ``Database``: many readers, one writer.
///
/// The file is in write-ahead-log mode: readers see the last commit and never wait for the writer. Writes queue for the
/// writer in order of arrival; those that come while one is being committed are committed together, each still atomic by
/// itself and answered after its commit only. Statements run on queues of their own and never block a thread of Swift's
/// tasks.
///
/// A transaction has the writer to itself: its body should not do what takes long, and must not wait for another write of
/// the same database, which would wait for it. Within it `database.execute` is refused with
/// ``DatabaseError/Code/nestedAcquire``; reads outside of the transaction are possible and don't see what it wrote.
/// The body runs on the queue of its connection, where calls of SQLite cost no change of threads.
///
/// SQLite has fewer types than PostgreSQL. Truth values are stored as integers 0 and 1, decimals and UUIDs as text,
/// timestamps as integers (microseconds since 1970 UTC), JSON as text, arrays as JSON arrays; what a cell is decoded as
/// decides how it is read. Give decimals columns of the type `TEXT`: `NUMERIC` would round them.
public final class SQLiteDatabase: Database {
    let configuration: SQLiteConfiguration
    let catalog = StatementCatalog(dialect: .sqlite)
    let clock: PoolClock
    let writer: SQLiteWriter
    let readers: SQLiteReaders

    /// Opens the file, making it if it is not there; takes some milliseconds, in the calling thread.
    ///
    /// - Parameters:
    ///   - configuration: Which file, and how.
    ///   - clock: The clock of all times.
    /// - Throws: ``DatabaseError``: ``DatabaseError/Code/invalidConfiguration``; ``DatabaseError/Code/connectionFailed`` when the
    ///   file cannot be opened or is no SQLite file; ``DatabaseError/Code/lockNotAvailable`` when somebody else holds it.
    public init<C: Clock>(
        _ configuration: SQLiteConfiguration,
        clock: C = ContinuousClock()
    ) throws(DatabaseError) where C.Instant == ContinuousClock.Instant {
        try configuration.validate()
        self.configuration = configuration
        self.clock = PoolClock(clock)
        // The writer first: it makes the file and its log, without which nobody can read.
        let writing = try SQLiteConnection(configuration, isReader: false, clock: self.clock)
        var reading: [SQLiteConnection] = []
        for _ in 0..<configuration.readers {
            reading.append(try SQLiteConnection(configuration, isReader: true, clock: self.clock))
        }
        writer = SQLiteWriter(writing, configuration.options, clock: self.clock)
        readers = SQLiteReaders(reading, configuration.options, clock: self.clock)
    }

    /// SQLite's.
    public var dialect: SQLDialect { .sqlite }

    /// Waits for graceful shutdown and then ends the database.
    public func run() async throws {
        try? await gracefulShutdown()
        await shutdown()
    }

    /// Ends the database in order: new statements are refused, those under way have
    /// ``SQLiteConfiguration/Options/drainTimeout`` to end, the log is folded into the file, and the file is closed.
    ///
    /// May be called several times. Cancelling it leaves those under way no more time.
    public func shutdown() async {
        let time = configuration.options.drainTimeout
        await readers.drain(within: time)
        await writer.drain(within: time)
        // The last connection to close folds the log into the file, which only the writer may.
        await readers.close()
        await writer.close()
    }

    /// When a statement's time is up, the running task's deadline included.
    func deadline(_ timeout: Duration?) -> Duration? {
        let now = clock.now
        let own = timeout.map { now + min(max($0, .zero), ConnectionPoolConfiguration.longest) }
        guard let remaining = Deadline.remaining else { return own }
        return min(own ?? .seconds(Int64.max / 2), now + remaining)
    }

    func gate(_ options: StatementOptions) -> StatementGate {
        StatementGate(deadline: deadline(options.timeout ?? configuration.statementTimeout))
    }
}
