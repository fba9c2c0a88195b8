// SPDX-License-Identifier: Apache-2.0

/// Gathers samples until there are enough to tell latency from noise.
struct SampleWindow: Hashable, Sendable {
    /// What a full window says.
    struct Summary: Hashable, Sendable {
        /// The mean latency in nanoseconds; nil if every sample was one of overload.
        let latency: Double?
        /// The mean latency of the samples that ran beside few others; nil if there were too few.
        let quietLatency: Double?
        /// The most that was in use.
        let inFlight: Int
        /// True if any sample was one of overload.
        let isOverloaded: Bool
    }

    private struct Mean: Hashable, Sendable {
        var sum = 0.0
        var count = 0

        var value: Double? { count == 0 ? nil : sum / Double(count) }

        mutating func add(_ value: Double) {
            sum += value
            count += 1
        }
    }

    private var all = Mean()
    private var quiet = Mean()
    private var inFlight = 0
    private var isOverloaded = false
    private var count = 0

    /// Adds a sample; returns the summary and begins anew when there are `size` of them.
    ///
    /// Whether a sample is quiet goes by what was in use when its own work began. What began before the limit was
    /// lowered therefore never passes for quiet.
    mutating func add(_ sample: LimitSample, size: Int, quietAtMost: Int) -> Summary? {
        count += 1
        inFlight = max(inFlight, sample.inFlight)
        if sample.isOverloaded {
            isOverloaded = true
        } else {
            let latency = max(Double(sample.latency.wholeNanoseconds), 1)
            all.add(latency)
            if sample.inFlight <= quietAtMost {
                quiet.add(latency)
            }
        }
        guard count >= size else {
            return nil
        }
        let summary = Summary(
            latency: all.value,
            quietLatency: quiet.count >= 3 ? quiet.value : nil,
            inFlight: inFlight,
            isOverloaded: isOverloaded
        )
        self = SampleWindow()
        return summary
    }
}
