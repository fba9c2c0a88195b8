// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport

/// A server that does so many things at once and queues the rest, simulated without any clock.
struct SimulatedServer {
    /// How much it can do at once; more than that only waits.
    var capacity: Int
    /// How long one thing takes, in microseconds, give or take a tenth.
    var serviceTime: Double
    var random = SeededGenerator()

    private var now = 0.0
    private var freeAt: [Double] = []
    private var inFlight: [(start: Double, finish: Double, count: Int)] = []

    init(capacity: Int, serviceTime: Double) {
        self.capacity = capacity
        self.serviceTime = serviceTime
    }

    /// Keeps `demand` callers waiting for admission and lets the algorithm decide, until so much is finished.
    ///
    /// - Returns: The limits after each piece of finished work.
    mutating func serve(_ count: Int, demand: Int, under algorithm: inout some LimitAlgorithm) -> [Int] {
        var limits: [Int] = []
        while limits.count < count {
            while inFlight.count < min(algorithm.limit, demand) {
                begin()
            }
            guard let next = inFlight.indices.min(by: { inFlight[$0].finish < inFlight[$1].finish }) else {
                break
            }
            let work = inFlight.remove(at: next)
            now = work.finish
            let latency = Duration.nanoseconds(Int64((work.finish - work.start) * 1_000))
            algorithm.record(LimitSample(latency: latency, inFlight: work.count))
            limits.append(algorithm.limit)
        }
        return limits
    }

    private mutating func begin() {
        freeAt = Array(freeAt.sorted().suffix(capacity))
        while freeAt.count < capacity {
            freeAt.append(now)
        }
        let earliest = freeAt.indices.min { freeAt[$0] < freeAt[$1] } ?? 0
        let finish = max(now, freeAt[earliest]) + serviceTime * Double.random(in: 0.9...1.1, using: &random)
        freeAt[earliest] = finish
        inFlight.append((start: now, finish: finish, count: inFlight.count + 1))
    }
}
