// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

@Suite("Limit algorithms")
struct LimitAlgorithmTests {
    private func mean(_ limits: some Collection<Int>) -> Double {
        Double(limits.reduce(0, +)) / Double(limits.count)
    }

    @Test("gradient: settles near the capacity and stays there under endless demand", arguments: [5, 20, 60])
    func gradientConverges(capacity: Int) {
        var server = SimulatedServer(capacity: capacity, serviceTime: 1_000)
        var algorithm = GradientLimit(initial: 4)
        let limits = server.serve(30_000, demand: 10_000, under: &algorithm)
        // Without a bound on drift the limit would end near its maximum of 1,000.
        let settled = mean(limits[10_000..<15_000])
        #expect(settled > Double(capacity) * 0.9, "seed \(server.random.seed)")
        #expect(settled < Double(capacity) * 2 + 4, "seed \(server.random.seed)")
        let late = mean(limits.suffix(5_000))
        #expect(late < settled * 1.25 + 2, "it drifts; seed \(server.random.seed)")
    }

    @Test("gradient: gives way within moments when the capacity drops, and takes it back when it returns")
    func gradientFollowsCapacity() {
        var server = SimulatedServer(capacity: 40, serviceTime: 1_000)
        var algorithm = GradientLimit(initial: 4)
        _ = server.serve(20_000, demand: 1_000, under: &algorithm)
        server.capacity = 10
        #expect(mean(server.serve(20_000, demand: 1_000, under: &algorithm).suffix(5_000)) < 26)
        server.capacity = 40
        #expect(mean(server.serve(30_000, demand: 1_000, under: &algorithm).suffix(5_000)) > 32)
    }

    @Test("gradient: learns that the work itself has become slower, without probes")
    func gradientFollowsServiceTime() {
        var server = SimulatedServer(capacity: 40, serviceTime: 1_000)
        var algorithm = GradientLimit(initial: 4)
        _ = server.serve(20_000, demand: 1_000, under: &algorithm)
        server.serviceTime = 4_000
        let limits = server.serve(40_000, demand: 1_000, under: &algorithm)
        #expect(mean(limits.suffix(5_000)) > 32, "seed \(server.random.seed)")
        #expect(mean(limits.suffix(5_000)) < 90, "seed \(server.random.seed)")
    }

    @Test("vegas: settles above the capacity by no more than its queue, and stays there", arguments: [10, 40])
    func vegasConverges(capacity: Int) {
        var server = SimulatedServer(capacity: capacity, serviceTime: 1_000)
        var algorithm = VegasLimit(initial: 4)
        let limits = server.serve(60_000, demand: 10_000, under: &algorithm)
        #expect(mean(limits.suffix(10_000)) > Double(capacity) * 0.9, "seed \(server.random.seed)")
        #expect(mean(limits.suffix(10_000)) < Double(capacity) + 20, "seed \(server.random.seed)")
    }

    @Test("a limit that is not used does not grow", arguments: [4, 10])
    func unusedLimit(demand: Int) {
        var server = SimulatedServer(capacity: 100, serviceTime: 1_000)
        var gradient = GradientLimit(initial: 30)
        #expect(server.serve(20_000, demand: demand, under: &gradient).allSatisfy { $0 == 30 })
        var vegas = VegasLimit(initial: 30)
        #expect(server.serve(20_000, demand: demand, under: &vegas).allSatisfy { $0 == 30 })
        var aimd = AIMDLimit(initial: 30)
        #expect(server.serve(20_000, demand: demand, under: &aimd).allSatisfy { $0 == 30 })
    }

    @Test("aimd: grows by one a round, and shrinks by a tenth once a round however many failures there are")
    func aimd() {
        var algorithm = AIMDLimit(initial: 10, range: 1...100)
        for _ in 0..<11 {
            algorithm.record(LimitSample(latency: .milliseconds(1), inFlight: 10))
        }
        #expect(algorithm.limit == 11)
        for _ in 0..<5 {
            algorithm.record(LimitSample(latency: .milliseconds(1), inFlight: 10, isOverloaded: true))
        }
        #expect(algorithm.limit == 9)
    }

    @Test("aimd: latency above the threshold counts as overload")
    func aimdThreshold() {
        var algorithm = AIMDLimit(initial: 100, range: 5...100, latencyThreshold: .milliseconds(10))
        for _ in 0..<5_000 {
            algorithm.record(LimitSample(latency: .milliseconds(11), inFlight: 100))
        }
        #expect(algorithm.limit == 5)
    }

    @Test("overload lowers every limit to its lower bound, and no sample takes it out of its bounds", arguments: 0..<5)
    func bounds(_: Int) {
        var random = SeededGenerator()
        var algorithms: [any LimitAlgorithm] = [
            AIMDLimit(initial: 50, range: 3...80), VegasLimit(initial: 50, range: 3...80),
            GradientLimit(initial: 50, range: 3...80),
        ]
        let latencies: [Duration] = [.zero, .nanoseconds(1), .seconds(-5), .milliseconds(1), .seconds(Int64.max)]
        for event in 0..<20_000 {
            let sample = LimitSample(
                latency: latencies[Int.random(in: 0..<latencies.count, using: &random)],
                inFlight: Int.random(in: -1...200, using: &random),
                isOverloaded: random.oneIn(10)
            )
            for index in algorithms.indices {
                algorithms[index].record(sample)
                verify((3...80).contains(algorithms[index].limit), "seed \(random.seed), event \(event)")
            }
        }
        for index in algorithms.indices {
            for _ in 0..<10_000 {
                algorithms[index].record(LimitSample(latency: .seconds(1), inFlight: 80, isOverloaded: true))
            }
            #expect(algorithms[index].limit == 3)
        }
    }

    @Test("latencies seen under load never raise the no-load latency, those of quiet moments do")
    func noLoadLatency() {
        var estimate = NoLoadLatency()
        func window(_ latency: Double, quiet: Double?) -> SampleWindow.Summary {
            SampleWindow.Summary(latency: latency, quietLatency: quiet, inFlight: 50, isOverloaded: false)
        }
        estimate.learn(from: window(1_000, quiet: nil))
        for _ in 0..<10_000 {
            estimate.learn(from: window(9_000, quiet: nil))
        }
        #expect(estimate.estimate == 1_000)
        for _ in 0..<50 {
            estimate.learn(from: window(9_000, quiet: 3_000))
        }
        #expect((2_900...3_000).contains(estimate.estimate ?? 0))
        for _ in 0..<50 {
            estimate.learn(from: window(500, quiet: nil))
        }
        #expect((500...510).contains(estimate.estimate ?? 0))
    }
}
