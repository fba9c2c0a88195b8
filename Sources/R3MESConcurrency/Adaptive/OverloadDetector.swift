// SPDX-License-Identifier: Apache-2.0

/// Tells a burst from overload: a queue that empties now and then is a burst, one that stands is overload.
///
/// Controlled delay (Nichols and Jacobson, 2012) in the form for request queues that Maurer describes in Fail at Scale
/// (2015): while the queue has not been empty for an interval, waiting is worth only a short target time, and who came
/// last, and still has the most time, goes first.
struct OverloadDetector: Hashable, Sendable {
    let target: Duration
    let interval: Duration

    /// When the queue began to stand; nil while it is empty.
    private var standingSince: Moment?

    init(target: Duration, interval: Duration) {
        self.target = target
        self.interval = interval
    }

    func isOverloaded(at now: Moment) -> Bool {
        standingSince.map { $0.duration(to: now) > interval } ?? false
    }

    /// How long a newcomer may wait; nil if not at all.
    ///
    /// Under overload the lowest class is shed at once, and the highest may still wait as in good times.
    func allowedWait(for priority: PriorityClass, at now: Moment) -> Duration? {
        guard isOverloaded(at: now) else {
            return interval
        }
        switch priority {
        case .low: return nil
        case .critical: return interval
        default: return target
        }
    }

    /// To be told after every change of the queue.
    mutating func queueChanged(isEmpty: Bool, at now: Moment) {
        if isEmpty {
            standingSince = nil
        } else if standingSince == nil {
            standingSince = now
        }
    }
}
