// SPDX-License-Identifier: Apache-2.0

/// How long entries live, in nanoseconds.
struct Lifetimes: Sendable {
    var afterWrite: Int64?
    var afterAccess: Int64?
    var absent: Int64?
    var refreshAfter: Int64?
    /// The greatest part of a lifetime that is left out at random, from 0 to 1.
    var jitter = 0.0

    /// Whether entries have times without being given any of their own.
    var areUsed: Bool {
        afterWrite != nil || afterAccess != nil || refreshAfter != nil
    }
}

extension Int64 {
    /// The sum, or the greatest number there is.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? .max : sum
    }
}
