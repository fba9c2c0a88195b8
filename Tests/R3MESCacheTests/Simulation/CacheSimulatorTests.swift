// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Synchronization
import Testing

@Suite("CacheSimulator")
struct CacheSimulatorTests {
    private func trace(_ stream: KeyStream, count: Int = 20_000, among distinct: Int = 2000) -> KeyTrace {
        var generator = SeededGenerator(seed: 7)
        return KeyTrace(stream.keys(count: count, among: distinct, using: &generator))
    }

    @Test("gives a result for each size and policy in the order asked for, the same in parallel", arguments: [1, 4])
    func order(maxConcurrency: Int) async throws {
        let simulator = CacheSimulator(trace(.zipf))
        let policies: [SimulationPolicy] = [.sieve, .optimal, .lru, .fifo, .lfu]
        let results = try await simulator.run(policies: policies, sizes: [50, 10], maxConcurrency: maxConcurrency)
        #expect(results.map(\.policy) == policies + policies)
        #expect(results.map(\.size) == Array(repeating: 50, count: 5) + Array(repeating: 10, count: 5))
        #expect(results.allSatisfy { $0.requests == 20_000 })
        for result in results {
            let hits = NaivePolicies.hits(result.policy, Array(simulator.trace.keys.prefix(300)), capacity: result.size)
            let start = KeyTrace(simulator.trace.keys.prefix(300))
            let alone = try await CacheSimulator(start).run(policies: [result.policy], sizes: [result.size])
            #expect(alone.map(\.hits) == [hits.count { $0 }], "\(result)")
        }
        #expect(try await simulator.run(policies: policies, sizes: [50, 10], maxConcurrency: 2) == results)
    }

    @Test("The real cache lies between nothing and the optimum on every kind of stream", arguments: KeyStream.allCases)
    func realCache(stream: KeyStream) async throws {
        let simulator = CacheSimulator(trace(stream))
        for size in [16, 100, 500] {
            let hits = try await simulator.run(policies: [.wTinyLFU, .optimal], sizes: [size]).map(\.hits)
            #expect(hits[0] <= hits[1], "\(size)")
        }
        // With room for all keys, all but their first requests hit.
        let trace = simulator.trace
        let whole = try await simulator.run(policies: [.wTinyLFU], sizes: [trace.distinctKeys * 4])
        #expect(whole.map(\.hits) == [trace.count - trace.distinctKeys])
    }

    @Test("The real cache resists scans and loops, which LRU does not")
    func resistance() async throws {
        for stream in [KeyStream.scans, .loop] {
            let results = try await CacheSimulator(trace(stream, among: 400)).run(
                policies: [.wTinyLFU, .lru],
                sizes: [200]
            )
            #expect(results[0].hitRatio > results[1].hitRatio + 0.02, "\(stream): \(results)")
        }
    }

    @Test("stops when it is cancelled")
    func cancellation() async throws {
        let simulator = CacheSimulator(trace(.loop, count: 300_000))
        let task = Task {
            // It is told of progress before it is half through, and cancelled there.
            try await simulator.run(policies: [.lru], sizes: [10]) { _ in
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("tells of every request that it has replayed")
    func progress() async throws {
        let told = Mutex(0)
        let simulator = CacheSimulator(trace(.loop, count: 150_000))
        _ = try await simulator.run(policies: [.lru, .fifo], sizes: [1, 2]) { requests in
            told.withLock { $0 += requests }
        }
        #expect(told.withLock { $0 } == 600_000)
    }

    @Test(
        "The sizes by default go up in even steps to all keys",
        arguments: [
            (0, [1]), (1, [1]), (2, [1, 2]), (10, [1, 2, 5, 10]),
            (7075, [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 7075]),
        ]
    )
    func defaultSizes(distinct: Int, sizes: [Int]) {
        #expect(CacheSimulator(KeyTrace(0..<distinct)).defaultSizes == sizes)
    }

    @Test("A trace without requests, and a size below one, are no trouble")
    func edges() async throws {
        let empty = try await CacheSimulator(KeyTrace([Int]())).run(sizes: [1, 10])
        #expect(empty.count == 12 && empty.allSatisfy { $0.hits == 0 && $0.hitRatio == 0 })
        let small = try await CacheSimulator(KeyTrace([1, 1, 2])).run(policies: [.lru], sizes: [0, -5])
        #expect(small.map(\.size) == [1, 1] && small.map(\.hits) == [1, 1])
        #expect(try await CacheSimulator(KeyTrace([1])).run(policies: [], sizes: [1]).isEmpty)
    }

    @Test("Policies are found by the names that programs use")
    func names() {
        #expect(SimulationPolicy.all.map(\.name) == ["w-tinylfu", "lru", "lfu", "fifo", "sieve", "optimal"])
        #expect(SimulationPolicy.all.map { SimulationPolicy(name: $0.name) } == SimulationPolicy.all)
        #expect(SimulationPolicy(name: "LRU") == nil && SimulationPolicy(name: "") == nil)
    }
}
