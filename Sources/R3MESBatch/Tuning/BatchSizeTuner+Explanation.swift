// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension BatchSizeTuner {
    /// Why the tuner prefers the size that it prefers, for a person to read.
    public var explanation: String {
        guard let leader = samples.leader else {
            return samples.arms.isEmpty
                ? "Nothing is measured yet; the first size is \(size)."
                : "Each size tried so far takes longer than the latency limit; next is \(size)."
        }
        var sentences = [
            "\(leader.size) items a batch: \(Self.rate(leader.throughput)) items/s ± \(precision(of: leader))."
        ]
        let index = samples.arms.firstIndex { $0.size == leader.size } ?? 0
        for neighbour in [index - 1, index + 1] where samples.arms.indices.contains(neighbour) {
            sentences.append(comparison(of: samples.arms[neighbour], with: leader))
        }
        if leader.size == configuration.maximumSize {
            sentences.append("It is the largest size allowed.")
        } else if leader.size == configuration.minimumSize {
            sentences.append("It is the smallest size allowed.")
        }
        sentences.append("\(phase == .settled ? "Settled" : "Searching") after \(batchCount) batches.")
        if restartCount > 0 {
            sentences.append("Throughput changed and the search began anew \(restartCount) times.")
        }
        return sentences.joined(separator: " ")
    }

    private func comparison(of arm: ThroughputSamples.Arm, with leader: ThroughputSamples.Arm) -> String {
        if !samples.keepsLimit(arm) {
            return "\(arm.size) would exceed the latency limit."
        }
        let less = Int(((1 - exp(arm.throughput - leader.throughput)) * 100).rounded())
        return less >= 0 ? "\(arm.size) gave \(less) % less." : "\(arm.size) is hardly measured yet."
    }

    private func precision(of arm: ThroughputSamples.Arm) -> String {
        "\(Int((samples.uncertainty(of: arm) * 100).rounded(.up))) %"
    }

    private static func rate(_ logarithm: Double) -> String {
        let rate = exp(logarithm)
        return rate < 10 ? "\((rate * 100).rounded() / 100)" : "\(Int(min(rate, 1e15).rounded()))"
    }
}
