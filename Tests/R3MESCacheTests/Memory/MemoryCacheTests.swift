// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("MemoryCache")
struct MemoryCacheTests {
    @Test("gives what was set last, until it is removed")
    func basics() throws {
        let cache = try MemoryCache<String, Int>(.count(100))
        #expect(cache.get("a") == nil && cache.peek("a") == nil && cache.remove("a") == nil)
        cache.set(1, forKey: "a")
        cache.set(2, forKey: "")
        cache.set(3, forKey: "a")
        #expect(cache.get("a") == 3 && cache.peek("a") == 3 && cache.get("") == 2 && cache.count == 2)
        #expect(cache.remove("a") == 3 && cache.get("a") == nil && cache.count == 1)
        cache.removeAll()
        #expect(cache.count == 0 && cache.get("") == nil && cache.checkInvariants() == [])
    }

    @Test("holds its limit of entries after each write", arguments: [1, 2, 3, 7, 100, 5000])
    func countLimit(limit: Int) throws {
        let cache = try MemoryCache<Int, Int>(.count(limit))
        for key in 0..<limit * 3 {
            cache.set(key, forKey: key)
            if key < 300 { #expect(cache.count <= limit) }
        }
        let statistics = cache.statistics
        #expect(statistics.count <= limit && statistics.weight == statistics.count)
        #expect(statistics.evicted + statistics.count == limit * 3)
        #expect(cache.checkInvariants() == [])
    }

    @Test("weights of any size are held to the limit, and what is too heavy is not kept")
    func weights() throws {
        let log = RemovalLog<Int, Int>()
        let cache = try MemoryCache<Int, Int>(.weight(1000), weigher: { $1 }, listener: log.note) {
            $0.options.shards = 1
        }
        for (key, weight) in [(1, 400), (2, 600), (3, 0), (4, -5), (5, .min)] { cache.set(weight, forKey: key) }
        #expect(cache.statistics.weight <= 1000 && cache.checkInvariants() == [])
        for weight in [1001, 1 << 32, (1 << 32) - 1, 1 << 40, Int.max] {
            _ = log.take()
            cache.set(7, forKey: 9)
            cache.set(weight, forKey: 9)
            #expect(cache.get(9) == nil, "\(weight)")
            #expect(log.take().suffix(2).map(\.cause) == [.replaced, .evicted])
        }
        // An entry that grows pushes out others, and itself if need be.
        cache.set(900, forKey: 1)
        cache.set(1000, forKey: 3)
        #expect(cache.statistics.weight <= 1000 && cache.checkInvariants() == [])
    }

    @Test("Values that are larger than a shard's part of the greatest limit are no trouble")
    func greatestLimit() throws {
        let cache = try MemoryCache<Int, Int>(.weight(1 << 40), weigher: { $1 }) { $0.options.shards = 1 }
        for key in 0..<2000 { cache.set(.max, forKey: key) }
        #expect(cache.statistics.weight <= 1 << 40 && cache.count == 256 && cache.checkInvariants() == [])
    }

    @Test("tells each removal once, with its cause, after the lock: the listener may call the cache")
    func listener() throws {
        let log = RemovalLog<Int, Int>()
        final class Holder: @unchecked Sendable { var cache: MemoryCache<Int, Int>? }
        let holder = Holder()
        let cache = try MemoryCache<Int, Int>(
            .count(2),
            listener: { key, value, cause in
                log.note(key, value, cause)
                // Every way into the shard that just removed.
                _ = holder.cache?.get(key)
                if cause == .removed { holder.cache?.set(key + 100, forKey: key + 100) }
                _ = holder.cache?.statistics
            }
        ) { $0.options.shards = 1 }
        holder.cache = cache
        defer { holder.cache = nil }
        cache.set(1, forKey: 1)
        cache.set(2, forKey: 1)
        #expect(log.take() == [.init(key: 1, value: 1, cause: .replaced)])
        cache.remove(1)
        #expect(log.take() == [.init(key: 1, value: 2, cause: .removed)] && cache.get(101) == 101)
        cache.set(5, forKey: 5)
        cache.set(6, forKey: 6)
        #expect(log.take().map(\.cause) == [.evicted])
        cache.invalidate(where: { _, _ in true })
        #expect(log.take().count(where: { $0.cause == .removed }) == 2)
    }

    /// Calls the cache when its life ends.
    private final class Caller: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        deinit { body() }
    }

    @Test("A value's life ends outside the lock, however it leaves, and may call the cache")
    func valuesCallTheCache() throws {
        let ended = RemovalLog<Int, Int>()
        weak var weakCache: MemoryCache<String, Caller>?
        do {
            let clock = TestClock()
            let cache = try MemoryCache<String, Caller>(.count(2), clock: clock) {
                $0.options.shards = 1
                $0.indexesKeys = true
            }
            weakCache = cache
            func add(_ key: String, _ tags: [String] = [], _ lifetime: Duration? = nil) {
                let value = Caller { [weak cache] in
                    ended.note(0, nil, .removed)
                    _ = cache?.get(key)
                    cache?.remove("other")
                }
                cache.set(value, forKey: key, tags: tags, expiresAfter: lifetime)
            }
            add("a")
            add("a")
            add("b")
            add("c")
            add("d", ["tag"])
            cache.invalidate(tag: "tag")
            add("e")
            cache.invalidate(matching: "e*")
            add("f")
            cache.remove("f")
            add("g", [], .seconds(1))
            clock.advance(by: .seconds(2))
            cache.removeExpired()
            add("h")
            cache.removeAll()
            #expect(ended.all.count == 9 && cache.checkInvariants() == [])
            add("i")
        }
        // What is still in it ends with the cache.
        #expect(weakCache == nil && ended.all.count == 10)
    }

    @Test("Values of any shape are kept: optional, empty, large, shared")
    func shapes() throws {
        let optional = try MemoryCache<Int, Int?>(.count(10))
        optional.set(nil, forKey: 1)
        #expect(optional.get(1) == .some(nil) && optional.get(2) == nil && optional.statistics.absentHits == 0)
        let empty = try MemoryCache<Int, Void>(.count(1000))
        for key in 0..<500 { empty.set((), forKey: key) }
        #expect(empty.get(7) != nil && empty.count == 500)
        let large = try MemoryCache<Int, (Int, String, [Int], Double)>(.count(100))
        for key in 0..<100 { large.set((key, "\(key)", [key], 0), forKey: key) }
        #expect((0..<100).allSatisfy { large.get($0)?.1 == "\($0)" && large.get($0)?.2 == [$0] })
    }

    @Test("Keys whose hashes are all the same are told apart")
    func collisions() throws {
        struct Same: Hashable {
            let number: Int
            func hash(into hasher: inout Hasher) {}
        }
        let cache = try MemoryCache<Same, Int>(.count(100)) { $0.options.shards = 1 }
        for number in 0..<300 { cache.set(number, forKey: Same(number: number)) }
        #expect(cache.count == 100 && cache.checkInvariants() == [])
        #expect((0..<300).allSatisfy { number in cache.get(Same(number: number)).map { $0 == number } ?? true })
    }

    @Test("counts what it does")
    func statistics() throws {
        let cache = try MemoryCache<Int, Int>(.count(3)) { $0.options.shards = 1 }
        #expect(cache.statistics.hitRatio == nil)
        for key in 1...4 { cache.set(key, forKey: key, tags: ["t", "u\(key)"]) }
        cache.set(0, forKey: 100)
        let kept = [1, 2, 3, 4, 100].filter { cache.peek($0) != nil }
        for key in kept { _ = cache.get(key) }
        _ = cache.get(-1)
        cache.set(1, forKey: kept[0])
        cache.remove(kept[1])
        let statistics = cache.statistics
        #expect(statistics.hits == 3 && statistics.misses == 1 && statistics.hitRatio == 0.75)
        #expect(statistics.evicted == 2 && statistics.replaced == 1 && statistics.removed == 1)
        #expect(statistics.count == 2 && statistics.weight == 2 && statistics.tags <= 3)
    }

    @Test("The hottest keys come first, without those that have ended or have no value")
    func hottestKeys() async throws {
        let clock = TestClock()
        let cache = try MemoryCache<Int, Int>(.count(4096), clock: clock) {
            $0.expireAbsentAfter = .seconds(100)
            $0.options.shards = 4
        }
        for key in 0..<100 { cache.set(key, forKey: key, expiresAfter: key == 3 ? .seconds(1) : nil) }
        _ = try await cache.value(forKey: 1000) { _ -> Int? in nil }
        for (key, reads) in [(7, 12), (3, 11), (42, 9), (1000, 9), (8, 6)] {
            for _ in 0..<reads { _ = cache.get(key) }
        }
        clock.advance(by: .seconds(2))
        #expect(cache.hottestKeys(limit: 3) == [7, 42, 8])
        #expect(cache.hottestKeys(limit: 0).isEmpty && cache.hottestKeys(limit: -1).isEmpty)
        #expect(Set(cache.hottestKeys(limit: .max)).count == 99)
    }
}
