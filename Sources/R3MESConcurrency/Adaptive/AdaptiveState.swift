// SPDX-License-Identifier: Apache-2.0

/// What an ``AdaptiveLimiter`` knows and decides, as a value: events and the present moment in, decisions out.
struct AdaptiveState: Sendable {
    /// Someone in the queue.
    struct Waiter: Sendable {
        let completion: Completion<Verdict>
        let deadline: Moment?
    }

    typealias Admission = AdmissionState<Waiter>

    /// What a newcomer is told.
    enum Entrance {
        case admitted(charge: Int, inUse: Int)
        /// Waits until a moment, for the reason given if that comes; `displaced` had to make room.
        case waiting(Completion<Verdict>, Admission.Handle, until: Moment, reason: RefusalReason, displaced: Waiter?)
        case refused(RefusalReason)
    }

    /// What becomes of the next in the queue.
    enum Step {
        case admit(Admission.Admission)
        case refuse(Waiter, RefusalReason)
    }

    private(set) var admission: Admission
    private(set) var detector: OverloadDetector
    private var algorithm: any LimitAlgorithm
    private var ceiling = Int.max
    /// A latency that almost no work undercuts: falls at once, rises slowly.
    private(set) var fastest: Duration?

    init(algorithm: any LimitAlgorithm, maximumWaiting: Int, detector: OverloadDetector) {
        admission = Admission(limit: algorithm.limit, maximumWaiting: maximumWaiting)
        self.detector = detector
        self.algorithm = algorithm
    }

    mutating func enter(weight: Int, priority: PriorityClass, deadline: Moment?, now: Moment) -> Entrance {
        if isTooLate(deadline, now: now) {
            return .refused(.deadlineExceeded)
        }
        if let charge = admission.admit(weight: weight, priority: priority) {
            return .admitted(charge: charge, inUse: admission.inUse)
        }
        guard let allowedWait = detector.allowedWait(for: priority, at: now) else {
            return .refused(.shed)
        }
        var displaced: Waiter?
        if admission.isFull {
            // Under overload who came last goes first, so it is the one that came first who has no hope.
            displaced = admission.displace(for: priority, allowingEqual: detector.isOverloaded(at: now))
        }
        let completion = Completion<Verdict>()
        let waiter = Waiter(completion: completion, deadline: deadline)
        guard let handle = admission.enqueue(waiter, weight: weight, priority: priority) else {
            return .refused(.queueFull)
        }
        detector.queueChanged(isEmpty: false, at: now)
        let patience = now.advanced(by: allowedWait)
        if let deadline, deadline <= patience {
            return .waiting(completion, handle, until: deadline, reason: .deadlineExceeded, displaced: displaced)
        }
        return .waiting(completion, handle, until: patience, reason: .shed, displaced: displaced)
    }

    /// A waiter gives up; nil if its fate was decided before.
    ///
    /// ``next(now:)`` has to follow.
    mutating func leave(_ handle: Admission.Handle, now: Moment) -> Waiter? {
        defer { detector.queueChanged(isEmpty: admission.waiting == 0, at: now) }
        return admission.leave(handle)
    }

    /// Work has ended, with a sample if it says anything.
    ///
    /// ``next(now:)`` has to follow.
    mutating func finish(_ charge: Int, sample: LimitSample?) {
        admission.release(charge)
        guard let sample else {
            return
        }
        if !sample.isOverloaded {
            let fastest = fastest ?? sample.latency
            self.fastest = min(sample.latency, fastest + (sample.latency - fastest) / 128)
        }
        algorithm.record(sample)
        applyLimit()
    }

    /// From now on the limit is at most this, whatever the algorithm finds.
    ///
    /// ``next(now:)`` has to follow.
    mutating func setCeiling(_ ceiling: Int) {
        self.ceiling = max(ceiling, 1)
        applyLimit()
    }

    private mutating func applyLimit() {
        let limit = min(algorithm.limit, ceiling)
        if limit != admission.limit {
            admission.setLimit(limit)
        }
    }

    /// The next in the queue, if it has its turn.
    mutating func next(now: Moment) -> Step? {
        defer { detector.queueChanged(isEmpty: admission.waiting == 0, at: now) }
        guard let next = admission.admitNext(newestFirst: detector.isOverloaded(at: now)) else {
            return nil
        }
        guard !isTooLate(next.waiter.deadline, now: now, besides: next.charge) else {
            admission.release(next.charge)
            return .refuse(next.waiter, .deadlineExceeded)
        }
        return .admit(next)
    }

    /// True if not even the fastest work could end in time.
    ///
    /// When nothing is in use there is nothing to protect, and trying is the only way to learn that work has become
    /// faster.
    private func isTooLate(_ deadline: Moment?, now: Moment, besides charge: Int = 0) -> Bool {
        guard let deadline else {
            return false
        }
        let needed = admission.inUse == charge ? .zero : fastest ?? .zero
        return now.duration(to: deadline) <= needed
    }
}
