// SPDX-License-Identifier: Apache-2.0

/// Finds the batch size with the best throughput while the batches run; a pure value.
///
/// Ask for ``size``, run a batch of that size, ``record(count:duration:)`` what it took. The tuner climbs from its first size
/// by doubling and halving as long as that pays, then tries sizes in between. It samples the best size and its closest rival
/// until noise no longer explains the difference (as in LUCB, Kalyanakrishnan et al.: PAC Subset Selection in Stochastic
/// Multi-armed Bandits, 2012). From then on it stays with the best, and spends one batch in eight on others. When throughput
/// departs from what it knows (CUSUM, Page 1954), it forgets everything and searches anew from where it stands.
///
/// Throughput is averaged on a logarithmic scale, with outliers pulled in: one stalled batch does not drive it away from a
/// good size.
public struct BatchSizeTuner: Sendable {
    /// What the tuner is doing.
    public enum Phase: String, Hashable, Sendable {
        /// Trying sizes.
        case searching
        /// Staying with the best, and trying another now and then.
        case settled
    }

    let configuration: Configuration
    /// The size that the next batch should have.
    public private(set) var size: Int
    /// What the tuner is doing.
    public private(set) var phase = Phase.searching
    /// How many batches were recorded.
    public private(set) var batchCount = 0
    /// How often the search began anew because throughput had changed.
    public private(set) var restartCount = 0
    var samples: ThroughputSamples
    private var drift = DriftDetector()
    private var searchLength = 0
    private var sinceProbe = 0

    /// Makes a tuner that knows nothing yet.
    ///
    /// - Throws: ``BatchError`` with the code `invalidConfiguration`.
    public init(configuration: Configuration = Configuration()) throws(BatchError) {
        try configuration.validate()
        self.configuration = configuration
        size = configuration.firstSize
        samples = ThroughputSamples(latencyLimit: configuration.latencyLimit?.seconds)
    }

    /// The size with the best throughput so far within the latency limit; the first size before anything is known.
    public var best: Int { samples.leader?.size ?? size }

    /// Takes in what a batch took.
    ///
    /// - Parameters:
    ///   - count: The items of the batch. A batch of a size that the tuner has not asked for, such as the rest at the end,
    ///     says nothing about the sizes it compares and is left out.
    ///   - duration: The time from the start of the batch to its end. One that is not positive is left out.
    public mutating func record(count: Int, duration: Duration) {
        let seconds = duration.seconds
        guard count > 0, seconds > 0, seconds.isFinite, count == size || samples.contains(count) else { return }
        batchCount += 1
        sinceProbe += 1
        searchLength += 1
        let surprise = samples.add(size: count, seconds: seconds)
        if drift.add(surprise) {
            restartCount += 1
            samples.forget()
            _ = samples.add(size: count, seconds: seconds)
            beginSearch()
        }
        plan()
    }

    private mutating func beginSearch() {
        phase = .searching
        searchLength = 0
        drift = DriftDetector()
    }

    private mutating func plan() {
        guard let leader = samples.leader else {
            // Everything tried is too slow for the latency limit.
            size = max(configuration.minimumSize, samples.smallest / 2)
            return
        }
        switch phase {
        case .searching:
            if searchLength < Self.longestSearch, let next = worthTrying(around: leader) {
                size = next
            } else {
                phase = .settled
                sinceProbe = 0
                size = leader.size
            }
        case .settled:
            size = leader.size
            guard sinceProbe >= Self.batchesBetweenProbes else { return }
            sinceProbe = 0
            size = worthTrying(around: leader) ?? samples.mostPromising(besides: leader)?.size ?? leader.size
        }
    }

    /// The next size to try: one not tried yet beside the leader, or the one of leader and rival known less well.
    private func worthTrying(around leader: ThroughputSamples.Arm) -> Int? {
        if leader.weight < ThroughputSamples.leastWeight {
            return leader.size
        }
        if let step = samples.step(within: configuration.minimumSize...configuration.maximumSize, leader: leader) {
            return step
        }
        if let neighbour = samples.vagueNeighbour(of: leader) {
            return neighbour.size
        }
        if let rival = samples.mostPromising(besides: leader), samples.isOpen(between: leader, and: rival) {
            return rival.weight < leader.weight ? rival.size : leader.size
        }
        return samples.refinement(beside: leader)
    }

    private static let longestSearch = 44
    private static let batchesBetweenProbes = 8
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
