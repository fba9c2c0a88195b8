// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Synchronization

/// Carries out what ``GroupCommitState`` decides, on the connection that writes.
///
/// `@unchecked Sendable`: the members are used on the connection's queue only.
final class SQLiteWriter: SQLiteLease.Owner, @unchecked Sendable {
    /// Who has written in the open group and waits for its commit.
    private enum Member {
        case job(SQLiteJob, SQLiteJob.Outcome)
        case lease(SQLiteLease)
    }

    private struct State {
        var group: GroupCommitState<SQLiteJob>
        /// Whose time counts though they are in no queue.
        var atWork: [SQLiteJob] = []
        var lease: SQLiteLease?
        var resters: [UnsafeContinuation<Void, Never>] = []
    }

    let connection: SQLiteConnection
    private let state: Mutex<State>
    private let clock: PoolClock
    private let alarm: PoolAlarm
    private var members: [Member] = []
    private var leases: UInt64 = 0

    init(_ connection: SQLiteConnection, _ options: SQLiteConfiguration.Options, clock: PoolClock) {
        self.connection = connection
        self.clock = clock
        alarm = PoolAlarm(clock: clock)
        state = Mutex(
            State(
                group: GroupCommitState(
                    maximumQueued: options.maximumQueued,
                    maximumGroupSize: options.maximumGroupSize,
                    maximumGroupAge: options.maximumGroupAge,
                    role: \.role,
                    isAbandoned: \.answer.isGiven
                )
            )
        )
    }

    /// Takes a job, whose answer comes when it is committed.
    ///
    /// - Throws: ``DatabaseError/Code/queueFull``, ``DatabaseError/Code/closed``.
    func submit(_ job: SQLiteJob) throws(DatabaseError) {
        switch state.withLock({ $0.group.submit(job) }) {
        case .queued: break
        case .start: connection.async { [self] in work() }
        case .full: throw DatabaseError(.queueFull, "too many writes wait already")
        case .closed: throw DatabaseError(.closed, "the database was shut down")
        }
        watch(job.gate.deadline)
    }

    /// Works until nothing is left to do, or a lease begins.
    private func work() {
        while true {
            let action = state.withLock { state in
                let action = state.group.next(at: clock.now)
                switch action {
                case .run(let job), .runAlone(let job): state.atWork.append(job)
                case .lease, .commit: break
                case .rest: if state.group.isResting { state.atWork = [] }
                }
                return action
            }
            switch action {
            case .runAlone(let job): runAlone(job)
            case .run(let job): run(job)
            case .lease(let job): if lease(job) { return }
            case .commit: commit()
            case .rest: return rest()
            }
        }
    }

    private func runAlone(_ job: SQLiteJob) {
        job.answer.give(Result { try connection.perform(job, mayInterrupt: true) })
    }

    private func run(_ job: SQLiteJob) {
        let needsSavepoint = job.role == .unit
        do {
            try openGroup(job.gate)
            if needsSavepoint {
                try connection.control(.save)
            }
        } catch {
            lose(error)
            job.answer.give(.failure(error))
            return
        }
        do {
            let outcome = try connection.perform(job, mayInterrupt: mayInterrupt)
            if needsSavepoint {
                try connection.control(.release)
            }
            members.append(.job(job, outcome))
        } catch {
            undo(needsSavepoint, error)
            job.answer.give(.failure(error))
        }
    }

    /// Undoes one member, if SQLite has not undone all of them.
    private func undo(_ hasSavepoint: Bool, _ error: any Error) {
        if hasSavepoint, connection.isInTransaction {
            do {
                try connection.control(.rollbackToSave)
                try connection.control(.release)
            } catch {
                try? connection.control(.rollback)
            }
        }
        if !connection.isInTransaction {
            lose(error)
        }
    }

    /// True if the writer is the caller's now.
    private func lease(_ job: SQLiteJob) -> Bool {
        guard case .lease(let deadline) = job.work else { return false }
        do {
            try openGroup(job.gate)
            try connection.control(.save)
        } catch {
            lose(error)
            state.withLock { $0.group.leaseEnded() }
            job.answer.give(.failure(error))
            return false
        }
        leases += 1
        let lease = SQLiteLease(of: connection, owner: self, serial: leases, deadline: deadline)
        state.withLock { $0.lease = lease }
        lease.begin()
        if job.answer.give(.success(.leased(lease))) {
            watch(deadline)
        } else {
            // Given up at the very last moment.
            lease.finish(CancellationError())
        }
        return true
    }

    private func openGroup(_ gate: StatementGate) throws {
        guard !connection.isInTransaction else { return }
        try connection.run(under: gate, mayInterrupt: true) {
            try connection.control(.beginWriting)
        }
    }

    /// Commits the group and answers its members, all of them alike.
    private func commit() {
        guard connection.isInTransaction else { return }
        let members = members
        self.members = []
        state.withLock { $0.atWork = [] }
        do {
            try connection.control(.commit)
            for member in members {
                switch member {
                case .job(let job, let outcome): job.answer.give(.success(outcome))
                case .lease(let lease): lease.ended.give(.success(()))
                }
            }
        } catch {
            try? connection.control(.rollback)
            for member in members {
                switch member {
                case .job(let job, _): job.answer.give(.failure(error))
                case .lease(let lease): lease.ended.give(.failure(error))
                }
            }
        }
    }

    /// The group's transaction is no more.
    ///
    /// Statements that had been run in it are run again, since nobody has been told
    /// of them; transactions of callers can only be repeated by these.
    private func lose(_ error: any Error) {
        if connection.isInTransaction, members.isEmpty {
            try? connection.control(.rollback)
        }
        guard !connection.isInTransaction else { return }
        let lost = members
        members = []
        var again: [SQLiteJob] = []
        for member in lost {
            switch member {
            case .job(let job, _):
                again.append(job)
            case .lease(let lease):
                let reason = DatabaseError(
                    .serializationFailure,
                    "a concurrent transaction failed in a way that took this one with it",
                    underlying: error
                )
                lease.ended.give(.failure(reason))
            }
        }
        state.withLock { [again] in $0.group.groupLost(again: again) }
    }

    private func rest() {
        let resters = state.withLock { state in
            defer { state.resters = [] }
            return state.group.isResting ? state.resters : []
        }
        for rester in resters {
            rester.resume()
        }
    }

    // MARK: Leases

    /// Whether the lease with this serial lasts.
    func isLeased(serial: UInt64) -> Bool {
        state.withLock { $0.lease?.serial == serial }
    }

    var mayInterrupt: Bool {
        members.allSatisfy { member in
            if case .job = member { true } else { false }
        }
    }

    func transactionLost(_ error: any Error) {
        lose(error)
    }

    func take(back lease: SQLiteLease, commits: Bool) {
        if commits, connection.isInTransaction {
            do {
                try connection.control(.release)
                members.append(.lease(lease))
            } catch {
                undo(true, error)
                lease.ended.give(.failure(error))
            }
        } else {
            undo(true, CancellationError())
        }
        state.withLock { state in
            state.lease = nil
            state.group.leaseEnded()
        }
        connection.async { [self] in work() }
    }

    // MARK: Time

    private func watch(_ deadline: Duration?) {
        guard let deadline else { return }
        alarm.set(deadline) { [weak self] in self?.expire() }
    }

    /// Frees those whose time is up.
    private func expire() {
        let now = clock.now
        let (jobs, lease) = state.withLock { state in
            (Array(state.group.queue) + state.atWork, state.lease)
        }
        for job in jobs {
            job.expire(at: now)
        }
        lease?.expire(at: now)
        let next = (jobs.map(\.gate.deadline) + [lease?.deadline]).compactMap { $0 }.filter { $0 > now }.min()
        watch(next)
    }

    // MARK: The end

    /// Lets nobody in any more, and returns when all is done; when the time is up, those who wait are sent away and the
    /// transaction under way is rolled back.
    func drain(within time: Duration) async {
        state.withLock { $0.group.close() }
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
        let (jobs, lease) = state.withLock { state in
            (state.group.takeQueue(), state.lease)
        }
        let error = DatabaseError(.closed, "the database was shut down")
        for job in jobs {
            job.answer.give(.failure(error))
        }
        if let lease {
            connection.async { lease.finish(error) }
        }
    }

    /// Closes the connection, which rests.
    func close() async {
        await connection.closed()
    }

    private func untilResting() async {
        await withUnsafeContinuation { continuation in
            let isResting = state.withLock { state in
                guard !state.group.isResting else { return true }
                state.resters.append(continuation)
                return false
            }
            if isResting {
                continuation.resume()
            }
        }
    }
}
