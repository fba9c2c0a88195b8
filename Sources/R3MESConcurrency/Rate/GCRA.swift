// SPDX-License-Identifier: Apache-2.0

/// The generic cell rate algorithm (ITU-T I.371), which needs one number per key.
///
/// The number is the theoretical arrival time: when the key will have its full burst again. A request moves it on by
/// what it costs, and is refused if that would move it further than a burst from now. This equals a token bucket that
/// fills continuously. Times are nanoseconds on any clock that never goes back. Rounding is up, to a whole nanosecond
/// per unit, so the rate is never exceeded.
public struct GCRA: Hashable, Sendable {
    /// The most units that can be taken at one moment.
    public let burst: Int
    /// The time in which one unit comes back, in nanoseconds.
    public let emissionInterval: Int64
    /// The time in which a whole burst comes back, in nanoseconds.
    public let burstTolerance: Int64

    /// Makes the algorithm for a limit.
    ///
    /// - Throws: ``ConcurrencyError/Code/invalidConfiguration`` if anything is not positive, or if a burst takes more
    ///   than a hundred years to come back.
    public init(_ limit: RateLimit) throws(ConcurrencyError) {
        let period = limit.period.wholeNanoseconds
        var problems = ConfigurationProblems()
        problems.require(limit.count > 0, "the count must be positive, is \(limit.count)")
        problems.require(period > 0, "the period must be at least a nanosecond, is \(limit.period)")
        problems.require(limit.burst > 0, "the burst must be positive, is \(limit.burst)")
        try problems.check()
        let count = Int64(limit.count)
        let interval = period / count + (period % count == 0 ? 0 : 1)
        let (tolerance, overflowed) = interval.multipliedReportingOverflow(by: Int64(limit.burst))
        problems.require(
            !overflowed && tolerance <= Deadline.longest.wholeNanoseconds,
            "a burst of \(limit.burst) takes more than a hundred years to come back"
        )
        try problems.check()
        burst = limit.burst
        emissionInterval = interval
        burstTolerance = tolerance
    }

    /// Decides on a request at `now`, and moves the key's theoretical arrival time on if it is allowed.
    ///
    /// - Parameters:
    ///   - cost: How many units the request takes. Below 0 counts as 0, which takes nothing and tells how things stand.
    ///   - arrival: The key's theoretical arrival time; any time not after `now` stands for a full burst.
    ///   - now: The present, in nanoseconds.
    public func decide(cost: Int, arrival: inout Int64, now: Int64) -> RateDecision {
        // Neither a clock that was reset nor a foreign number may lock a key out for longer than a burst.
        let debt = min(max(arrival.clampedDifference(from: now), 0), burstTolerance)
        guard cost <= burst else {
            return decision(isAllowed: false, debt: debt, retryAfter: nil)
        }
        let newDebt = debt + Int64(max(cost, 0)) * emissionInterval
        guard newDebt <= burstTolerance else {
            return decision(isAllowed: false, debt: debt, retryAfter: .nanoseconds(newDebt - burstTolerance))
        }
        arrival = now.clampedSum(with: newDebt)
        return decision(isAllowed: true, debt: newDebt, retryAfter: nil)
    }

    private func decision(isAllowed: Bool, debt: Int64, retryAfter: Duration?) -> RateDecision {
        RateDecision(
            isAllowed: isAllowed,
            limit: burst,
            remaining: Int((burstTolerance - debt) / emissionInterval),
            retryAfter: retryAfter,
            resetAfter: .nanoseconds(debt)
        )
    }
}

extension Int64 {
    fileprivate func clampedSum(with other: Int64) -> Int64 {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? .max : sum
    }

    fileprivate func clampedDifference(from other: Int64) -> Int64 {
        let (difference, overflowed) = subtractingReportingOverflow(other)
        return overflowed ? (self < 0 ? .min : .max) : difference
    }
}
