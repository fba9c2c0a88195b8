// SPDX-License-Identifier: Apache-2.0

/// How many callers were not admitted, by reason.
public struct Refusals: Hashable, Sendable {
    /// The queue had no room.
    public internal(set) var queueFull = 0
    /// The deadline passed, or left no time for the work.
    public internal(set) var deadlineExceeded = 0
    /// The caller was cancelled before it was admitted.
    public internal(set) var cancelled = 0
    /// Overload: the queue had been standing for too long.
    public internal(set) var shed = 0
    /// Had to make room for another.
    public internal(set) var displaced = 0
    /// No more work was taken.
    public internal(set) var stopped = 0

    /// All of them.
    public var total: Int {
        queueFull + deadlineExceeded + cancelled + shed + displaced + stopped
    }

    mutating func count(_ reason: RefusalReason) {
        switch reason {
        case .queueFull: queueFull += 1
        case .deadlineExceeded: deadlineExceeded += 1
        case .cancelled: cancelled += 1
        case .shed: shed += 1
        case .displaced: displaced += 1
        case .stopped: stopped += 1
        }
    }
}
