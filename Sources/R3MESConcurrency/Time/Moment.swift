// SPDX-License-Identifier: Apache-2.0

/// An instant of the continuous clock, kept as the time since a fixed instant of this process.
///
/// The layout of `ContinuousClock.Instant` is known only at run time, which makes each copy and comparison a call; this
/// one costs what two machine words cost.
struct Moment: Hashable, Sendable {
    private static let origin = ContinuousClock.now

    /// The time since the origin; negative before it.
    var sinceOrigin: Duration

    init(sinceOrigin: Duration) {
        self.sinceOrigin = sinceOrigin
    }

    init(_ instant: ContinuousClock.Instant) {
        sinceOrigin = Self.origin.duration(to: instant)
    }

    var instant: ContinuousClock.Instant {
        Self.origin.advanced(by: sinceOrigin)
    }

    func advanced(by duration: Duration) -> Moment {
        Moment(sinceOrigin: sinceOrigin + duration)
    }

    func duration(to other: Moment) -> Duration {
        other.sinceOrigin - sinceOrigin
    }
}

extension Moment: Comparable {
    static func < (lhs: Moment, rhs: Moment) -> Bool {
        lhs.sinceOrigin < rhs.sinceOrigin
    }
}
