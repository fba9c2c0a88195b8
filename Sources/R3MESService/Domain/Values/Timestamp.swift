// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A moment, to the microsecond, from the year 1 to the year 9999 UTC.
///
/// Leap seconds are not counted, as in POSIX time.
public struct Timestamp: Hashable, Sendable {
    /// Microseconds since 1 January 1970, 00:00 UTC.
    public let microseconds: Int64

    /// Makes a moment from microseconds since 1 January 1970 UTC.
    ///
    /// A number outside the years 1 to 9999 gives ``min`` or ``max``, so that every moment has a text.
    public init(microseconds: Int64) {
        self.microseconds = Swift.min(Swift.max(microseconds, Self.range.lowerBound), Self.range.upperBound)
    }

    /// The first moment: `0001-01-01T00:00:00.000000Z`.
    public static let min = Self(microseconds: range.lowerBound)

    /// The last moment: `9999-12-31T23:59:59.999999Z`.
    public static let max = Self(microseconds: range.upperBound)

    /// The start of 1970 UTC.
    public static let epoch = Self(microseconds: 0)

    static let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    static let microsecondsPerSecond: Int64 = 1_000_000
    static let secondsPerDay: Int64 = 86_400
}

extension Timestamp {
    /// The moment that the system's clock shows.
    ///
    /// The clock may be set back; measure durations with a monotonic one.
    public static func now() -> Self {
        // A Double tells microseconds apart until the year 2255.
        let microseconds = Int64((Date().timeIntervalSince1970 * 1e6).rounded())
        return Self(microseconds: microseconds)
    }

    /// The moment so much later, or earlier if the duration is negative; ``max`` or ``min`` if it lies beyond them.
    ///
    /// What the duration has below a microsecond is cut off.
    public func advanced(by duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        let whole = seconds.multipliedReportingOverflow(by: Self.microsecondsPerSecond)
        let step = whole.partialValue.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        let sum = microseconds.addingReportingOverflow(step.partialValue)
        guard !whole.overflow, !step.overflow, !sum.overflow else {
            return duration < .zero ? Self.min : Self.max
        }
        return Self(microseconds: sum.partialValue)
    }

    /// How much later the other moment is; negative if it is earlier.
    public func duration(to other: Self) -> Duration {
        .microseconds(other.microseconds - microseconds)
    }
}

extension Timestamp: Comparable {
    /// Orders moments from early to late.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.microseconds < rhs.microseconds
    }
}
