// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The connections that read, each with a queue of its own.
final class SQLiteReaders: Sendable {
    /// A reader, as the owner of the lease that it may have given.
    ///
    /// `@unchecked Sendable`: job and lease are guarded by the state's lock of its readers.
    private final class Reader: SQLiteLease.Owner, @unchecked Sendable {
        let number: Int
        let connection: SQLiteConnection
        weak var readers: SQLiteReaders?
        var job: SQLiteJob?
        var lease: SQLiteLease?

        init(_ number: Int, _ connection: SQLiteConnection) {
            self.number = number
            self.connection = connection
        }

        var mayInterrupt: Bool { true }

        func transactionLost(_ error: any Error) {}

        func take(back lease: SQLiteLease, commits: Bool) {
            if connection.isInTransaction {
                // There is nothing to be lost: it has only read.
                try? connection.control(.rollback)
            }
            if commits {
                lease.ended.give(.success(()))
            }
            connection.async { [self] in readers?.work(self, on: nil) }
        }
    }

    private struct State {
        var pool: ReaderPoolState<SQLiteJob>
        var resters: [UnsafeContinuation<Void, Never>] = []
    }

    private let readers: [Reader]
    private let state: Mutex<State>
    private let clock: PoolClock
    private let alarm: PoolAlarm

    init(_ connections: [SQLiteConnection], _ options: SQLiteConfiguration.Options, clock: PoolClock) {
        self.clock = clock
        alarm = PoolAlarm(clock: clock)
        readers = connections.enumerated().map { Reader($0.offset, $0.element) }
        state = Mutex(
            State(
                pool: ReaderPoolState(
                    readers: connections.count,
                    maximumQueued: options.maximumQueued,
                    isAbandoned: \.answer.isGiven
                )
            )
        )
        for reader in readers {
            reader.readers = self
        }
    }

    /// Takes a job.
    ///
    /// - Throws: ``DatabaseError/Code/queueFull``, ``DatabaseError/Code/closed``.
    func submit(_ job: SQLiteJob) throws(DatabaseError) {
        switch state.withLock({ $0.pool.submit(job) }) {
        case .start(let number):
            let reader = readers[number]
            reader.connection.async { [self] in work(reader, on: job) }
        case .queued: break
        case .full: throw DatabaseError(.queueFull, "too many reads wait already")
        case .closed: throw DatabaseError(.closed, "the database was shut down")
        }
        watch(job.gate.deadline)
    }

    /// Works on a job and on those that wait, until there is none or a lease begins.
    private func work(_ reader: Reader, on job: SQLiteJob?) {
        var next = job
        while true {
            if let job = next, !job.answer.isGiven {
                state.withLock { _ in reader.job = job }
                if perform(job, with: reader) { return }
            }
            let (job, resters) = state.withLock { state in
                reader.job = nil
                reader.lease = nil
                let job = state.pool.next(for: reader.number)
                var resters: [UnsafeContinuation<Void, Never>] = []
                if job == nil, state.pool.isResting {
                    swap(&resters, &state.resters)
                }
                return (job, resters)
            }
            for rester in resters {
                rester.resume()
            }
            guard let job else { return }
            next = job
        }
    }

    /// True if the reader is the caller's now.
    private func perform(_ job: SQLiteJob, with reader: Reader) -> Bool {
        do {
            switch job.work {
            case .lease(let deadline):
                try reader.connection.control(.beginReading)
                let lease = SQLiteLease(of: reader.connection, owner: reader, deadline: deadline)
                state.withLock { _ in reader.lease = lease }
                lease.begin()
                if job.answer.give(.success(.leased(lease))) {
                    watch(deadline)
                } else {
                    // Given up at the very last moment.
                    lease.finish(CancellationError())
                }
                return true
            case .query(let statement, _), .execute(let statement, _):
                guard try reader.connection.prepare(statement).isReadOnly else {
                    statement.markAsWriting()
                    job.answer.give(.success(.notHere))
                    return false
                }
                job.answer.give(.success(try reader.connection.perform(job, mayInterrupt: true)))
            case .insert:
                job.answer.give(.success(.notHere))
            }
        } catch {
            job.answer.give(.failure(error))
        }
        return false
    }

    // MARK: Time

    private func watch(_ deadline: Duration?) {
        guard let deadline else { return }
        alarm.set(deadline) { [weak self] in self?.expire() }
    }

    /// Frees those whose time is up.
    private func expire() {
        let now = clock.now
        let (jobs, leases) = state.withLock { state in
            (Array(state.pool.queue) + readers.compactMap(\.job), readers.compactMap(\.lease))
        }
        for job in jobs {
            job.expire(at: now)
        }
        for lease in leases {
            lease.expire(at: now)
        }
        let deadlines = jobs.map(\.gate.deadline) + leases.map(\.deadline)
        watch(deadlines.compactMap { $0 }.filter { $0 > now }.min())
    }

    // MARK: The end

    /// Lets nobody in any more, and returns when all readers rest; when the time is up, those who wait are sent away and
    /// the statements under way are ended.
    func drain(within time: Duration) async {
        state.withLock { $0.pool.close() }
        let limit = Task.detached { [self] in
            guard await clock.sleep(until: clock.now + time) else { return }
            sendAway()
        }
        defer { limit.cancel() }
        await withTaskCancellationHandler {
            await untilResting()
        } onCancel: {
            sendAway()
        }
    }

    private func sendAway() {
        let (jobs, leases) = state.withLock { state in
            (Array(state.pool.takeQueue()) + readers.compactMap(\.job), readers.compactMap(\.lease))
        }
        let error = DatabaseError(.closed, "the database was shut down")
        for job in jobs {
            job.gate.close(.cancelled)
            job.answer.give(.failure(error))
        }
        for lease in leases {
            lease.connection.async { lease.finish(error) }
        }
    }

    private func untilResting() async {
        await withUnsafeContinuation { continuation in
            let isResting = state.withLock { state in
                guard !state.pool.isResting else { return true }
                state.resters.append(continuation)
                return false
            }
            if isResting {
                continuation.resume()
            }
        }
    }

    /// Closes the connections, which rest.
    func close() async {
        for reader in readers {
            await reader.connection.closed()
        }
    }
}
