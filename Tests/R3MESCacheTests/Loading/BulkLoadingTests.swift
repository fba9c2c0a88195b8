// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
@testable import R3MESConcurrency
import R3MESTestSupport
import Testing

@Suite("Bulk loading", .timeLimit(.minutes(1)))
struct BulkLoadingTests {
    private struct Failure: Error, Equatable {}

    @Test("Only what is missing is loaded, together, each once; what has no value is remembered")
    func missing() async throws {
        let cache = try MemoryCache<Int, Int>(.count(100)) { $0.expireAbsentAfter = .seconds(10) }
        let asked = Shared<[[Int]]>([])
        let load: @Sendable ([Int]) async throws -> [Int: Int] = { keys in
            asked.update { $0.append(keys.sorted()) }
            // One more than was asked for, which counts for nothing.
            return Dictionary(uniqueKeysWithValues: keys.filter { $0 != 3 }.map { ($0, $0 * 10) }).merging([99: 1]) {
                $1
            }
        }
        cache.set(0, forKey: 1)
        #expect(try await cache.values(forKeys: [1, 2, 3, 2], load: load) == [1: 0, 2: 20])
        #expect(try await cache.values(forKeys: [1, 2, 3], load: load) == [1: 0, 2: 20])
        #expect(try await cache.values(forKeys: [], load: load) == [:])
        #expect(asked.value == [[2, 3]] && cache.get(99) == nil && cache.statistics.loads == 1)
    }

    @Test("What somebody loads already is waited for, and a failure stores nothing")
    func sharing() async throws {
        let cache = try MemoryCache<Int, Int>(.count(100))
        let gate = Gate()
        let single = Task {
            try await cache.value(forKey: 1) { _ -> Int in
                await gate.pass()
                return 5
            }
        }
        await gate.waitForArrivals()
        let asked = Shared<[[Int]]>([])
        let bulk = Task {
            try await cache.values(forKeys: [1, 2]) { keys in
                asked.update { $0.append(keys) }
                return [2: 6]
            }
        }
        while cache.flights.waiterCount(for: 1) < 2 { await Task.yield() }
        gate.open()
        #expect(try await single.value == 5)
        #expect(try await bulk.value == [1: 5, 2: 6] && asked.value == [[2]])
        await #expect(throws: Failure()) { try await cache.values(forKeys: [2, 7]) { _ in throw Failure() } }
        #expect(cache.get(7) == nil && cache.get(2) == 6 && cache.flights.count == 0)
    }
}
