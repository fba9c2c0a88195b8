// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
@testable import R3MESConcurrency
import R3MESTestSupport
import Testing

@Suite("Loading", .timeLimit(.minutes(1)))
struct LoadingTests {
    private struct Failure: Error, Equatable {}

    private let clock = TestClock()

    @Test("A value is loaded once and then served")
    func once() async throws {
        let cache = try MemoryCache<Int, String>(.count(10))
        let calls = Shared(0)
        for _ in 0..<3 {
            let value = try await cache.value(forKey: 7) { key -> String in
                calls.increment()
                return "\(key)"
            }
            #expect(value == "7")
        }
        #expect(calls.value == 1)
        let statistics = cache.statistics
        #expect(statistics.loads == 1 && statistics.hits == 2 && statistics.misses == 1 && statistics.failedLoads == 0)
    }

    @Test("A thousand callers who miss at once share one load", arguments: [false, true])
    func stampede(isAbsent: Bool) async throws {
        let cache = try MemoryCache<Int, Int>(.count(10), clock: clock) { $0.expireAbsentAfter = .seconds(10) }
        let calls = Shared(0)
        try await withThrowingTaskGroup { group in
            for _ in 0..<1000 {
                group.addTask {
                    try await cache.value(forKey: 1) { _ -> Int? in
                        calls.increment()
                        await Task.yield()
                        return isAbsent ? nil : 42
                    }
                }
            }
            for try await value in group { #expect(value == (isAbsent ? nil : 42)) }
        }
        #expect(calls.value == 1)
    }

    @Test("A load that fails is not stored: all who wait get the error, and the next caller loads anew")
    func failure() async throws {
        let cache = try MemoryCache<Int, Int>(.count(10))
        let gate = Gate()
        let waiting = (0..<10).map { _ in
            Task {
                try await cache.value(forKey: 1) { _ -> Int in
                    await gate.pass()
                    throw Failure()
                }
            }
        }
        while cache.flights.waiterCount(for: 1) < 10 { await Task.yield() }
        gate.open()
        for task in waiting { await #expect(throws: Failure()) { try await task.value } }
        #expect(gate.arrivals == 1 && cache.count == 0 && cache.statistics.failedLoads == 1)
        #expect(try await cache.value(forKey: 1) { _ -> Int in 5 } == 5)
    }

    @Test("A cancelled caller leaves at once, the others get their value; the last one to leave cancels the load")
    func cancellation() async throws {
        let cache = try MemoryCache<Int, Int>(.count(10))
        let gate = Gate()
        let first = Shared(0)
        let second = Shared(0)
        let load: @Sendable (Int) async throws -> Int = { _ in
            first.increment()
            await gate.pass()
            try Task.checkCancellation()
            return 3
        }
        let leaver = Task { try await cache.value(forKey: 1, load: load) }
        await gate.waitForArrivals()
        let stayer = Task { try await cache.value(forKey: 1, load: load) }
        while cache.flights.waiterCount(for: 1) < 2 { await Task.yield() }
        leaver.cancel()
        await #expect(throws: CancellationError.self) { try await leaver.value }
        gate.open()
        #expect(try await stayer.value == 3 && first.value == 1)

        let sleeping = Gate()
        let alone = Task {
            try await cache.value(forKey: 2) { _ -> Int in
                await sleeping.pass()
                do { try await Task.sleep(for: .seconds(3600)) } catch { second.increment() }
                throw Failure()
            }
        }
        sleeping.open()
        await sleeping.waitForArrivals()
        alone.cancel()
        await #expect(throws: CancellationError.self) { try await alone.value }
        while second.value == 0 { await Task.yield() }
        #expect(cache.get(2) == nil && cache.flights.count == 0)
    }

    @Test("A caller's deadline ends its wait")
    func deadline() async throws {
        let cache = try MemoryCache<Int, Int>(.count(10), clock: clock) { _ in }
        let gate = Gate()
        let waiting = Task {
            try await withDeadline(.after(.seconds(1), clock: clock)) {
                try await cache.value(forKey: 1) { _ -> Int in
                    await gate.pass()
                    return 1
                }
            }
        }
        await gate.waitForArrivals()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        let error = await #expect(throws: ConcurrencyError.self) { try await waiting.value }
        #expect(error?.code == .deadlineExceeded)
        gate.open()
    }

    @Test("That there is nothing is remembered for its time, and asked for anew by who needs a value")
    func absent() async throws {
        let cache = try MemoryCache<Int, Int>(.count(10), clock: clock) { $0.expireAbsentAfter = .seconds(5) }
        let calls = Shared(0)
        let nothing: @Sendable (Int) async throws -> Int? = { _ in
            calls.increment()
            return nil
        }
        for _ in 0..<3 { #expect(try await cache.value(forKey: 1, load: nothing) == nil) }
        #expect(calls.value == 1 && cache.count == 1 && cache.get(1) == nil && cache.peek(1) == nil)
        guard case .absent = cache.lookUp(1) else {
            Issue.record("not absent")
            return
        }
        #expect(cache.statistics.absentHits == 4 && cache.remove(1) == nil && cache.count == 0)
        _ = try await cache.value(forKey: 1, load: nothing)
        clock.advance(by: .seconds(5))
        _ = try await cache.value(forKey: 1, load: nothing)
        #expect(calls.value == 3)
        #expect(try await cache.value(forKey: 1) { _ -> Int in 8 } == 8)
        #expect(cache.get(1) == 8 && cache.checkInvariants() == [])
    }

    @Test("Without memory of nothing, nothing is stored, and an old value goes")
    func vanished() async throws {
        let cache = try MemoryCache<Int, Int>(.count(10))
        let gate = Gate()
        let task = Task {
            try await cache.value(forKey: 1) { _ -> Int? in
                await gate.pass()
                return nil
            }
        }
        await gate.waitForArrivals()
        cache.set(1, forKey: 1)
        gate.open()
        // Written while it was looked for: what was found is older.
        #expect(try await task.value == nil && cache.get(1) == 1)
        #expect(try await cache.value(forKey: 2) { _ -> Int? in nil } == nil && cache.count == 1)
    }

    @Test("A loader says tags and lifetime")
    func tagsAndLifetime() async throws {
        let cache = try MemoryCache<Int, Int>(.count(10), clock: clock) { _ in }
        for key in 1...2 {
            _ = try await cache.value(forKey: key) { key -> LoadedValue<Int> in
                LoadedValue(key, tags: ["t\(key)"], expiresAfter: .seconds(key))
            }
        }
        #expect(cache.invalidate(tag: "t2") == 1 && cache.get(1) == 1)
        clock.advance(by: .seconds(1))
        #expect(cache.get(1) == nil)
    }

    @Test("A loader may load other keys, and is told when it asks for its own")
    func reentrancy() async throws {
        let cache = try MemoryCache<Int, Int>(.count(10))
        let value = try await cache.value(forKey: 1) { _ -> Int in
            try await cache.value(forKey: 2) { _ -> Int in 20 } + 1
        }
        #expect(value == 21 && cache.get(2) == 20)
        let error = await #expect(throws: ConcurrencyError.self) {
            try await cache.value(forKey: 3) { key -> Int in try await cache.value(forKey: key) { _ -> Int in 0 } }
        }
        #expect(error?.code == .reentrantCall)
    }
}
