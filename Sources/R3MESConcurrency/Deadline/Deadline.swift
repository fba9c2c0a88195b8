// SPDX-License-Identifier: Apache-2.0

/// The instant by which a piece of work must be done, passed on to every call below it.
///
/// A deadline is absolute, so it does not start anew at each hop, and it travels as a task-local value: child tasks and
/// `Task { }` inherit it, `Task.detached` does not. Nested deadlines only tighten. Everything in this library that
/// waits honours ``current`` without being told.
public struct Deadline: Hashable, Sendable {
    let moment: Moment

    /// The latest deadline that a duration can lead to: a hundred years, short of any overflow.
    static let longest = Duration.seconds(100 * 365 * 86_400)

    @TaskLocal static var bound: Deadline?

    /// A deadline at an instant.
    public init(_ instant: ContinuousClock.Instant) {
        moment = Moment(instant)
    }

    init(_ moment: Moment) {
        self.moment = moment
    }

    /// The instant on the continuous clock.
    public var instant: ContinuousClock.Instant { moment.instant }

    /// A deadline some time from now.
    ///
    /// Durations beyond a hundred years count as a hundred years.
    public static func after<C: Clock>(_ timeout: Duration, clock: C = ContinuousClock()) -> Deadline
    where C.Instant == ContinuousClock.Instant {
        Deadline(clock.now.advanced(by: min(max(timeout, .zero - longest), longest)))
    }

    /// The deadline of the running task; nil when nothing limits it.
    public static var current: Deadline? { bound }

    /// The time left until ``current``, zero once it has passed; nil when nothing limits the running task.
    public static var remaining: Duration? {
        bound?.remaining()
    }

    /// The time left, zero once the deadline has passed: what to send along to the next hop.
    public func remaining<C: Clock>(clock: C = ContinuousClock()) -> Duration
    where C.Instant == ContinuousClock.Instant {
        max(clock.now.duration(to: instant), .zero)
    }

    /// Throws ``ConcurrencyError/Code/deadlineExceeded`` if the deadline has passed.
    public func check<C: Clock>(clock: C = ContinuousClock()) throws(ConcurrencyError)
    where C.Instant == ContinuousClock.Instant {
        guard clock.now < instant else {
            throw .deadlinePassed
        }
    }
}

extension Deadline: Comparable {
    /// True if the first deadline is the earlier one.
    public static func < (lhs: Deadline, rhs: Deadline) -> Bool {
        lhs.moment < rhs.moment
    }
}

extension Deadline {
    /// The tighter of this deadline and the running task's.
    var tightenedByCurrent: Deadline {
        guard let current = Deadline.bound else {
            return self
        }
        return min(self, current)
    }
}

extension ConcurrencyError {
    static var deadlinePassed: ConcurrencyError {
        ConcurrencyError(.deadlineExceeded, "the deadline has passed")
    }
}
