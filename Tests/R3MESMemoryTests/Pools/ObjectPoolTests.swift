// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import R3MESMemory

private final class Scratch: Sendable {
    let isInUse = Atomic(false)
    let size = Atomic(0)
    let isValid = Atomic(true)
}

@Suite("ObjectPool")
struct ObjectPoolTests {
    private func makePool(
        maximumIdle: Int = 8,
        maximumObjectSize: Int? = nil,
        shardCount: Int = 2
    ) throws -> ObjectPool<Scratch> {
        var configuration = ObjectPool<Scratch>.Configuration()
        configuration.maximumIdle = maximumIdle
        configuration.maximumObjectSize = maximumObjectSize
        configuration.shardCount = shardCount
        return try ObjectPool(
            configuration: configuration,
            hooks: .init(
                make: { Scratch() },
                reset: { $0.isInUse.store(false, ordering: .relaxed) },
                isValid: { $0.isValid.load(ordering: .relaxed) },
                size: { $0.size.load(ordering: .relaxed) }
            )
        )
    }

    @Test("hands out again what was given back, clean")
    func reuses() throws {
        let pool = try makePool()
        let first = pool.take()
        first.isInUse.store(true, ordering: .relaxed)
        let identity = ObjectIdentifier(first)
        pool.giveBack(first)
        let second = pool.take()
        #expect(ObjectIdentifier(second) == identity)
        let isClean = !second.isInUse.load(ordering: .relaxed)
        #expect(isClean)
        #expect(pool.statistics.created == 1)
        #expect(pool.statistics.reused == 1)
    }

    @Test("keeps no more than its bound, over all shards", arguments: [1, 2, 3, 7])
    func isBounded(shardCount: Int) throws {
        let pool = try makePool(maximumIdle: 10, shardCount: shardCount)
        let objects = (0..<25).map { _ in pool.take() }
        for object in objects {
            pool.giveBack(object)
        }
        #expect(pool.statistics.idle == 10)
        #expect(pool.statistics.discarded == [.full: 15])
    }

    @Test("finds an object that another shard holds before it makes one")
    func takesFromOtherShards() throws {
        let pool = try makePool(maximumIdle: 8, shardCount: 4)
        // The home shard holds two of eight, so six of these lie in the others.
        let objects = (0..<8).map { _ in pool.take() }
        objects.forEach { pool.giveBack($0) }
        for _ in 0..<8 { _ = pool.take() }
        #expect(pool.statistics.created == 8)
        #expect(pool.statistics.reused == 8)
    }

    @Test("does not keep an object that has grown too large")
    func discardsOversized() throws {
        let pool = try makePool(maximumObjectSize: 1000)
        let object = pool.take()
        object.size.store(1001, ordering: .relaxed)
        weak let discarded = object
        pool.giveBack(object)
        #expect(pool.statistics.idle == 0)
        #expect(pool.statistics.discarded == [.oversized: 1])
        withExtendedLifetime(object) {}
        #expect(discarded === object)
    }

    @Test("passes over objects that became invalid and does not count them as reused")
    func discardsInvalid() throws {
        let pool = try makePool()
        let objects = [pool.take(), pool.take()]
        objects.forEach { pool.giveBack($0) }
        objects.forEach { $0.isValid.store(false, ordering: .relaxed) }
        let fresh = pool.take()
        #expect(!objects.contains { $0 === fresh })
        #expect(pool.statistics.discarded == [.invalid: 2])
        #expect(pool.statistics.reused == 0)
        #expect(pool.statistics.created == 3)
    }

    @Test("gives the object back when the closure throws")
    func scopedOnError() async throws {
        struct Failure: Error {}
        let pool = try makePool()
        #expect(throws: Failure.self) {
            try pool.withObject { (_) throws(Failure) in throw Failure() }
        }
        await #expect(throws: Failure.self) {
            try await pool.withObject { (_) async throws(Failure) in
                await Task.yield()
                throw Failure()
            }
        }
        #expect(pool.statistics.idle == 1)
        #expect(pool.statistics.reuseRatio == 0.5)
    }

    @Test("shrinks to nothing while it is not used, and not under what is used")
    func decays() throws {
        let pool = try makePool(maximumIdle: 64, shardCount: 1)
        let objects = (0..<64).map { _ in pool.take() }
        objects.forEach { pool.giveBack($0) }
        var sizes: [Int] = []
        for _ in 0..<12 {
            let used = (0..<4).map { _ in pool.take() }
            used.forEach { pool.giveBack($0) }
            pool.decay()
            sizes.append(pool.statistics.idle)
        }
        #expect(sizes.last == 4)
        #expect(sizes == sizes.sorted(by: >))
        for _ in 0..<4 { pool.decay() }
        #expect(pool.statistics.idle == 0)
        #expect(pool.statistics.created == 64)
    }

    @Test("decays by the clock while it is run, and is empty after shutdown")
    func runs() async throws {
        let clock = TestClock()
        var configuration = ObjectPool<Scratch>.Configuration()
        configuration.decayInterval = .seconds(10)
        configuration.shardCount = 1
        let pool = try ObjectPool<Scratch>(
            configuration: configuration,
            clock: clock,
            hooks: .init(make: { Scratch() })
        )
        let objects = (0..<8).map { _ in pool.take() }
        objects.forEach { pool.giveBack($0) }
        let running = Task { try await pool.run() }
        for expected in [8, 4, 2, 1, 0] {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(10))
            await clock.waitForSleepers()
            #expect(pool.statistics.idle == expected)
        }
        pool.giveBack(pool.take())
        running.cancel()
        try await running.value
        #expect(pool.statistics.idle == 0)
    }

    @Test("lets go of objects outside its locks: a deinitializer may use the pool")
    func deinitializerMayUsePool() throws {
        final class Nested: Sendable {
            let pool: Mutex<ObjectPool<Scratch>?>
            init(_ pool: ObjectPool<Scratch>) { self.pool = Mutex(pool) }
            deinit {
                pool.withLock { $0 }?.withObject { _ in }
            }
        }
        let inner = try makePool()
        let outer = try ObjectPool<Nested>(make: { Nested(inner) })
        outer.giveBack(outer.take())
        #expect(outer.trim() == 1)
        #expect(inner.statistics.created == 1)
    }

    @Test("reacts to memory pressure by degrees")
    func respondsToPressure() throws {
        let pool = try makePool(maximumIdle: 8, shardCount: 1)
        let objects = (0..<8).map { _ in pool.take() }
        objects.forEach { pool.giveBack($0) }
        pool.decay()
        pool.respond(to: .normal)
        #expect(pool.statistics.idle == 8)
        pool.respond(to: .elevated)
        #expect(pool.statistics.idle == 4)
        pool.respond(to: .critical)
        #expect(pool.statistics.idle == 0)
    }

    @Test("never lends one object to two, and reuses 95 % under a steady concurrent load")
    func isExclusive() async throws {
        let seed = UInt64.random(in: .min ... .max)
        let pool = try makePool(maximumIdle: 64, shardCount: 4)
        var generator = SeededGenerator(seed: seed)
        let clashes = await withTaskGroup { group in
            for _ in 0..<32 {
                var own = generator.split()
                group.addTask {
                    var clashes = 0
                    for _ in 0..<1000 {
                        let yields = own.oneIn(4)
                        let isClash = await pool.withObject { object in
                            let wasInUse = object.isInUse.exchange(true, ordering: .relaxed)
                            if yields { await Task.yield() }
                            return wasInUse
                        }
                        clashes += isClash ? 1 : 0
                        if own.oneIn(500) { pool.decay() }
                    }
                    return clashes
                }
            }
            return await group.reduce(0, +)
        }
        let statistics = pool.statistics
        #expect(clashes == 0, "seed \(seed)")
        #expect(statistics.created + statistics.reused == 32_000, "seed \(seed)")
        #expect(statistics.reuseRatio >= 0.95, "seed \(seed)")
        #expect(statistics.idle <= 64, "seed \(seed)")
        let discarded = statistics.discarded.values.reduce(0, +)
        #expect(statistics.created == statistics.idle + discarded, "seed \(seed)")
    }

    @Test("reports everything that is wrong with a configuration")
    func validates() throws {
        var configuration = ObjectPool<Scratch>.Configuration()
        configuration.maximumIdle = 0
        configuration.decayInterval = .zero
        let error = try #require(throws: MemoryError.self) {
            try ObjectPool<Scratch>(configuration: configuration, make: { Scratch() })
        }
        #expect(error.code == .invalidConfiguration)
        #expect(error.message.contains("maximumIdle"))
        #expect(error.message.contains("decayInterval"))
    }

    @Test("an interval that no clock can wait for is refused")
    func endlessInterval() {
        var configuration = ObjectPool<Scratch>.Configuration()
        configuration.decayInterval = .seconds(Int64.max)
        let error = #expect(throws: MemoryError.self) {
            try ObjectPool<Scratch>(configuration: configuration, make: { Scratch() })
        }
        #expect(error?.code == .invalidConfiguration)
    }
}
