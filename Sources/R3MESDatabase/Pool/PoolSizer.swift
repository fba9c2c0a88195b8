// SPDX-License-Identifier: Apache-2.0

/// The algorithm of ``ConnectionPoolConfiguration/Sizing`` as a value.
struct PoolSizer: Sendable {
    /// What happened in one interval.
    struct Window: Sendable {
        var longestWait: Duration = .zero
        var peakInUse = 0
    }

    /// A new limit, and why.
    struct Change: Sendable, Equatable {
        enum Reason: String, Sendable {
            case highLoad = "the load is high"
            case longWait = "callers waited for longer than the target"
            case littleUse = "less than half was in use for three intervals"
        }

        let limit: Int
        let reason: Reason
    }

    private static let patience = 3

    private let bounds: ClosedRange<Int>
    private let targetWait: Duration
    private let highLoad: Double
    private var quietIntervals = 0

    init(_ sizing: ConnectionPoolConfiguration.Sizing, bounds: ClosedRange<Int>) {
        self.bounds = bounds
        targetWait = sizing.targetWait
        highLoad = sizing.highLoad
    }

    /// The limit for the next interval; nil if it stays.
    mutating func decide(limit: Int, window: Window, load: Double?) -> Change? {
        let quarter = max(limit / 4, 1)
        if let load, load >= highLoad {
            quietIntervals = 0
            return change(from: limit, by: -quarter, .highLoad)
        }
        if window.longestWait > targetWait {
            quietIntervals = 0
            return change(from: limit, by: quarter, .longWait)
        }
        quietIntervals = window.peakInUse * 2 < limit ? quietIntervals + 1 : 0
        guard quietIntervals >= Self.patience else {
            return nil
        }
        quietIntervals = 0
        return change(from: limit, by: -1, .littleUse)
    }

    private func change(from limit: Int, by difference: Int, _ reason: Change.Reason) -> Change? {
        let new = min(max(limit + difference, bounds.lowerBound), bounds.upperBound)
        return new == limit ? nil : Change(limit: new, reason: reason)
    }
}
