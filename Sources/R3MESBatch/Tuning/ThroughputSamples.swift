// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What is known of the throughput of each batch size tried, older measurements counting less; a pure value.
struct ThroughputSamples: Sendable {
    /// One batch size.
    struct Arm: Hashable, Sendable {
        let size: Int
        /// The number of measurements, older ones counting less.
        var weight = 0.0
        /// The mean of the logarithm of items per second.
        var throughput = 0.0
        /// The mean of the logarithm of the seconds that a batch takes.
        var latency = 0.0
    }

    /// The smallest size first.
    private(set) var arms: [Arm] = []
    /// The variance of the logarithm of throughput, taken to be the same for all sizes.
    private var variance = 0.2 * 0.2
    private var varianceCount = 0.0
    private let latencyLimit: Double?

    init(latencyLimit: Double?) {
        self.latencyLimit = latencyLimit.map { log($0) }
    }

    var noise: Double { variance.squareRoot() }
    var smallest: Int { arms.first?.size ?? 1 }

    func contains(_ size: Int) -> Bool {
        arms.contains { $0.size == size }
    }

    /// The best size within the latency limit, of those that are known at all well.
    var leader: Arm? {
        feasible.filter { $0.weight >= Self.faintestWeight && keepsLimit($0) }.max { $0.throughput < $1.throughput }
    }

    /// Sizes that may be within the latency limit.
    ///
    /// A larger batch takes longer, so everything from the first one that is over it is out.
    private var feasible: ArraySlice<Arm> {
        arms.prefix { !exceedsLimit($0) }
    }

    /// Whether most batches of the size are within the latency limit: by one standard deviation, or by a tenth.
    func keepsLimit(_ arm: Arm) -> Bool {
        latencyLimit.map { arm.latency + min(noise, Self.greatestMargin) <= $0 } ?? true
    }

    /// Whether the size is out because of the latency limit; a single measurement tells that only when it is clear.
    func exceedsLimit(_ arm: Arm) -> Bool {
        guard let latencyLimit else { return false }
        return arm.weight >= Self.leastWeight ? !keepsLimit(arm) : arm.latency - noise > latencyLimit
    }

    /// Adds a measurement; returns by how many standard deviations it departs from what was known, nil when little was.
    mutating func add(size: Int, seconds: Double) -> Double? {
        for index in arms.indices {
            arms[index].weight *= Self.aging
        }
        let index = arms.firstIndex { $0.size >= size } ?? arms.count
        if index == arms.count || arms[index].size != size {
            arms.insert(Arm(size: size), at: index)
        }
        let throughput = log(Double(size) / seconds)
        var arm = arms[index]
        let spread = noise * (1 + 1 / max(arm.weight, 0.5)).squareRoot()
        let departure = throughput - arm.throughput
        // Batches stall; nothing makes one faster than it is. So a first measurement far below the second was a stall.
        let wasStalled = arm.weight < Self.leastWeight && departure > 4 * spread
        guard arm.weight > 0.5, !wasStalled else {
            arms[index] = Arm(size: size, weight: 1, throughput: throughput, latency: log(seconds))
            return nil
        }
        let pulledIn = max(-3 * spread, min(3 * spread, departure))
        arm.weight = min(arm.weight * Self.agingOnUse, Self.greatestWeight) + 1
        arm.throughput += pulledIn / arm.weight
        arm.latency -= pulledIn / arm.weight
        arms[index] = arm
        varianceCount += 1
        let share = max(Self.varianceShare, 1 / (varianceCount + 2))
        variance += share * (pulledIn * pulledIn * (arm.weight - 1) / arm.weight - variance)
        variance = max(variance, Self.leastVariance)
        return arm.weight > 2.5 ? pulledIn / spread : nil
    }

    /// Forgets all measurements, not how noisy they are.
    mutating func forget() {
        arms = []
    }

    /// The standard error of what is known of the size.
    func uncertainty(of arm: Arm) -> Double {
        noise / max(arm.weight, 0.05).squareRoot()
    }

    /// The size that may be the best besides the leader, as far as is known.
    func mostPromising(besides leader: Arm) -> Arm? {
        feasible.filter { $0.size != leader.size }
            .max { $0.throughput + uncertainty(of: $0) < $1.throughput + uncertainty(of: $1) }
    }

    /// Whether noise may still hide that the rival is better by more than a little.
    func isOpen(between leader: Arm, and rival: Arm) -> Bool {
        let gap = rival.throughput + uncertainty(of: rival) - (leader.throughput - uncertainty(of: leader))
        return gap > Self.indifference && min(rival.weight, leader.weight) < Self.enoughWeight
    }

    /// A neighbour of the leader that was measured only once.
    func vagueNeighbour(of leader: Arm) -> Arm? {
        neighbours(of: leader).filter { $0.weight < Self.leastWeight && !exceedsLimit($0) }
            .max { $0.throughput < $1.throughput }
    }

    /// Twice the largest or half the smallest size tried, unless throughput has clearly fallen that way.
    func step(within bounds: ClosedRange<Int>, leader: Arm) -> Int? {
        if let largest = arms.last, largest.size < bounds.upperBound, !exceedsLimit(largest),
            !hasFallen(arms.suffix(2), below: leader)
        {
            return largest.size > bounds.upperBound / 3 * 2
                ? bounds.upperBound : min(largest.size * 2, bounds.upperBound)
        }
        if let smallest = arms.first, smallest.size > bounds.lowerBound, !hasFallen(arms.prefix(1), below: leader) {
            return max(smallest.size / 2, bounds.lowerBound)
        }
        return nil
    }

    private func hasFallen(_ last: ArraySlice<Arm>, below leader: Arm) -> Bool {
        last.allSatisfy { $0.throughput < leader.throughput - Self.clearFall }
            || last.contains { $0.throughput < leader.throughput - 3 * Self.clearFall }
    }

    /// A size between the leader and one of its neighbours, the wider gap first.
    ///
    /// Where throughput is much the same on both sides, what lies between is too; beside a steep place the sizes are told
    /// apart more finely. Below the latency limit there is most to be won, so that gap comes before the other.
    func refinement(beside leader: Arm) -> Int? {
        var widest: (gain: Double, size: Int)?
        for neighbour in neighbours(of: leader) {
            let isOut = exceedsLimit(neighbour)
            let isSteep = isOut || leader.throughput - neighbour.throughput > Self.steep
            let sizes = [neighbour.size, leader.size].sorted().map(Double.init)
            let middle = Int((sizes[0] * sizes[1]).squareRoot().rounded())
            let ratio = sizes[1] / sizes[0]
            let gain = isOut ? ratio * ratio : ratio
            if ratio > (isSteep ? Self.finestRatio : Self.coarsestRatio), !contains(middle), gain > widest?.gain ?? 0 {
                widest = (gain, middle)
            }
        }
        return widest?.size
    }

    private func neighbours(of arm: Arm) -> [Arm] {
        guard let index = arms.firstIndex(where: { $0.size == arm.size }) else { return [] }
        return [index - 1, index + 1].filter { arms.indices.contains($0) }.map { arms[$0] }
    }

    /// Two measurements tell more than twice as much as one: they show how noisy they are.
    static let leastWeight = 1.5
    private static let aging = 0.985
    private static let agingOnUse = 0.97
    private static let greatestWeight = 15.0
    private static let faintestWeight = 0.2
    private static let varianceShare = 0.08
    private static let leastVariance = 0.02 * 0.02
    /// About 6 %: a difference that is not worth more measurements.
    private static let indifference = 0.06
    private static let enoughWeight = 5.0
    /// About 35 %: so much less is hardly noise.
    private static let clearFall = 0.3
    private static let greatestMargin = 0.1
    private static let steep = 0.12
    private static let finestRatio = 1.1
    private static let coarsestRatio = 1.45
}
