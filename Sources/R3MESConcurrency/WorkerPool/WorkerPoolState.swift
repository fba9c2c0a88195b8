// SPDX-License-Identifier: Apache-2.0

/// Which jobs run, wait or are turned away, as a value: events in, decisions out.
///
/// A job is unfinished from its acceptance until its task has ended, whatever became of it. The pool is done when it
/// takes no more jobs and none is unfinished, so none can be lost in between.
struct WorkerPoolState: Sendable {
    typealias Ticket = Completion<Verdict>
    typealias Admission = AdmissionState<Ticket>

    /// A job's place in the pool.
    struct Place: Sendable {
        let number: UInt64
        /// Nil for a job that was given a worker at once.
        let handle: Admission.Handle?
    }

    /// What a caller without a place waits for.
    enum RoomVerdict: Sendable {
        case accepted(Place)
        case refused(RefusalReason)
    }

    /// A caller that waits for room in the queue.
    struct RoomWaiter: Sendable {
        let ticket: Ticket
        let priority: PriorityClass
        let verdict: Completion<RoomVerdict>
    }

    /// What a new job is told.
    enum Submission {
        case started(Place, Verdict)
        case queued(Place, displaced: Ticket?)
        case mustWait(WaitQueue<RoomWaiter>.Handle)
        case refused(RefusalReason)
    }

    /// What to do for those who have their turn.
    enum Step {
        case start(Admission.Admission)
        case accept(RoomWaiter, Place)
    }

    /// What to do when the pool is stopped.
    struct Stopped {
        var tickets: [Ticket] = []
        var roomWaiters: [RoomWaiter] = []
        var tasks: [Task<Void, Never>] = []
    }

    private enum Intake {
        case open, closed, stopped
    }

    private let overflow: WorkerPool.Overflow
    private var intake = Intake.open
    private var isRunning = false
    private var room = WaitQueue<RoomWaiter>()
    private var tasks: [UInt64: Task<Void, Never>?] = [:]
    private var lastNumber: UInt64 = 0
    private var algorithm: (any LimitAlgorithm)?
    private(set) var admission: Admission

    init(workers: WorkerPool.Workers, maximumWaiting: Int, overflow: WorkerPool.Overflow) {
        algorithm = workers.algorithm
        admission = Admission(limit: workers.initial, maximumWaiting: maximumWaiting)
        self.overflow = overflow
    }

    /// How many jobs were accepted and have not ended.
    var unfinished: Int { tasks.count }

    /// How many callers wait for room in the queue.
    var waitingForRoom: Int { room.count }

    /// True if no job is left and none will come.
    var isDone: Bool {
        intake != .open && tasks.isEmpty && room.isEmpty
    }

    /// Begins to work; false if that has happened before.
    mutating func begin() -> Bool {
        defer { isRunning = true }
        return !isRunning
    }

    mutating func submit(
        _ ticket: Ticket,
        priority: PriorityClass,
        roomVerdict: @autoclosure () -> Completion<RoomVerdict>
    ) -> Submission {
        guard intake == .open else {
            return .refused(.stopped)
        }
        if isRunning, room.isEmpty, let charge = admission.admit(weight: 1, priority: priority) {
            return .started(newPlace(handle: nil), .admitted(charge: charge, inUse: admission.inUse))
        }
        var displaced: Ticket?
        if admission.isFull {
            switch overflow.kind {
            case .refuse:
                return .refused(.queueFull)
            case .dropOldest:
                displaced = admission.displace(for: priority, allowingEqual: true)
            case .wait:
                let waiter = RoomWaiter(ticket: ticket, priority: priority, verdict: roomVerdict())
                return .mustWait(room.append(waiter, priority: priority))
            }
        }
        guard let handle = admission.enqueue(ticket, weight: 1, priority: priority) else {
            return .refused(.queueFull)
        }
        return .queued(newPlace(handle: handle), displaced: displaced)
    }

    /// The job's task is known; false if the pool was stopped or the job has ended.
    mutating func attach(_ task: Task<Void, Never>, to number: UInt64) -> Bool {
        guard intake != .stopped, tasks.keys.contains(number) else {
            return false
        }
        tasks.updateValue(task, forKey: number)
        return true
    }

    /// A queued job gives up; nil if its fate was decided before.
    ///
    /// ``next()`` has to follow.
    mutating func leave(_ handle: Admission.Handle) -> Ticket? {
        admission.leave(handle)
    }

    /// A caller no longer waits for room; nil if its fate was decided before.
    mutating func leaveRoom(_ handle: WaitQueue<RoomWaiter>.Handle) -> RoomWaiter? {
        room.remove(handle)
    }

    /// A worker is free again, with a sample if the job says anything of the load.
    ///
    /// ``next()`` has to follow.
    mutating func release(_ charge: Int, sample: LimitSample?) {
        admission.release(charge)
        if let sample, algorithm != nil {
            algorithm?.record(sample)
            admission.setLimit(algorithm?.limit ?? admission.limit)
        }
    }

    /// The job's task has ended.
    mutating func end(_ number: UInt64) {
        tasks.removeValue(forKey: number)
    }

    /// The next to be served, if it has its turn.
    mutating func next() -> Step? {
        guard intake != .stopped else {
            return nil
        }
        if isRunning, let next = admission.admitNext() {
            return .start(next)
        }
        if !admission.isFull, let highest = room.highestClass, let waiter = room.popOldest(in: highest),
            let handle = admission.enqueue(waiter.ticket, weight: 1, priority: waiter.priority)
        {
            return .accept(waiter, newPlace(handle: handle))
        }
        return nil
    }

    /// No more jobs are taken; those that were accepted, and those whose callers wait for room, are still done.
    mutating func drain() {
        if intake == .open {
            intake = .closed
        }
    }

    /// No more jobs are taken or begun, and those that run are cancelled.
    mutating func stop() -> Stopped {
        intake = .stopped
        var stopped = Stopped()
        while let ticket = admission.displace(for: .critical, allowingEqual: true) {
            stopped.tickets.append(ticket)
        }
        while let highest = room.highestClass, let waiter = room.popOldest(in: highest) {
            stopped.roomWaiters.append(waiter)
        }
        stopped.tasks = tasks.values.compactMap(\.self)
        return stopped
    }

    private mutating func newPlace(handle: Admission.Handle?) -> Place {
        lastNumber += 1
        tasks.updateValue(nil, forKey: lastNumber)
        return Place(number: lastNumber, handle: handle)
    }
}
