// SPDX-License-Identifier: Apache-2.0

/// The latency of work that waits for nothing, learnt without ever holding traffic back to measure it.
///
/// Any lower latency proves the estimate too high, so it falls with whatever is seen. It rises only on the word of work
/// that ran beside few others, since what ran in a crowd also waited in it: an estimate that follows all latencies
/// makes a queue look normal and lets the limit grow without bound. If the work itself has become slower, the limit
/// sinks until everything runs beside few others, and the estimate learns.
struct NoLoadLatency: Hashable, Sendable {
    /// In nanoseconds; nil before the first window.
    private(set) var estimate: Double?

    mutating func learn(from window: SampleWindow.Summary) {
        guard let latency = window.latency else {
            return
        }
        guard let estimate else {
            self.estimate = latency
            return
        }
        if latency < estimate {
            self.estimate = estimate + 0.5 * (latency - estimate)
        } else if let quiet = window.quietLatency, quiet > estimate {
            self.estimate = estimate + 0.2 * (quiet - estimate)
        }
    }
}
