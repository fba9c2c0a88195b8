// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
@testable import R3MESConcurrency
import R3MESTestSupport
import Testing

/// How something can be invalidated that bears the key `user:1` and the tag `users`.
enum Invalidation: CaseIterable, Sendable {
    case key, set, tag, pattern, closure, all

    func apply(to cache: MemoryCache<String, Int>, _ written: Int = 0) {
        switch self {
        case .key: cache.remove("user:1")
        case .set: cache.set(written, forKey: "user:1")
        case .tag: cache.invalidate(tag: "users")
        case .pattern: cache.invalidate(matching: "user:*")
        case .closure: cache.invalidate(where: { key, _ in key == "user:1" })
        case .all: cache.removeAll()
        }
    }
}

@Suite("Invalidation")
struct InvalidationTests {
    @Test("By tag goes what bears it, and nothing else; tags of before a write no longer count")
    func tags() throws {
        let cache = try MemoryCache<Int, Int>(.count(10_000)) { $0.options.shards = 8 }
        for key in 0..<1000 { cache.set(key, forKey: key, tags: ["all", "m\(key % 10)", "all"]) }
        #expect(cache.invalidate(tag: "m3") == 100 && cache.invalidate(tag: "m3") == 0 && cache.count == 900)
        cache.set(0, forKey: 4, tags: ["other"])
        #expect(cache.invalidate(tag: "m4") == 99 && cache.get(4) == 0 && cache.invalidate(tag: "none") == 0)
        #expect(cache.invalidate(tag: "all") == 800 && cache.invalidate(tag: "other") == 1)
        #expect(cache.count == 0 && cache.statistics.tags == 0 && cache.checkInvariants() == [])
    }

    @Test("By pattern goes what matches, with an index of keys and without", arguments: [false, true])
    func patterns(indexesKeys: Bool) throws {
        let cache = try MemoryCache<String, Int>(.count(10_000)) {
            $0.indexesKeys = indexesKeys
            $0.options.shards = 4
        }
        for user in 0..<100 {
            for part in ["abc", "abd", "", "\0"] { cache.set(user, forKey: "user:\(user):\(part)") }
        }
        #expect(cache.invalidate(matching: "user:7:*") == 4 && cache.invalidate(matching: "user:7*") == 40)
        #expect(cache.invalidate(matching: "user:1:ab[cd]") == 2 && cache.invalidate(matching: "nobody:*") == 0)
        #expect(cache.invalidate(matching: "*:abc") == 88 && cache.invalidate(matching: "user:2:abd") == 1)
        #expect(cache.invalidate(matching: "user:2:abd*") == 0 && cache.count == 265)
        #expect(cache.checkInvariants() == [])
        #expect(cache.invalidate(matching: "*") == 265 && cache.checkInvariants() == [])
    }

    @Test(
        "A value read before an invalidation is not stored after it, one read later is",
        arguments: Invalidation.allCases
    )
    func tickets(by invalidation: Invalidation) throws {
        let cache = try MemoryCache<String, Int>(.count(100))
        let early = cache.ticket()
        let store = { (value: Int, ticket: ReadTicket) in
            cache.set(value, forKey: "user:1", tags: ["users"], readAt: ticket)
        }
        #expect(store(1, early) && cache.get("user:1") == 1)
        invalidation.apply(to: cache, 9)
        #expect(!store(1, early) && cache.get("user:1") == (invalidation == .set ? 9 : nil))
        #expect(cache.statistics.refused == 1)
        #expect(store(2, cache.ticket()) && cache.get("user:1") == 2)
        #expect(cache.checkInvariants() == [])
    }

    @Test(
        "A load under way when its key is invalidated is neither stored nor given to who comes later",
        arguments: Invalidation.allCases
    )
    func fillAfterInvalidation(by invalidation: Invalidation) async throws {
        let cache = try MemoryCache<String, Int>(.count(100))
        let gate = Gate()
        let early = Task {
            try await cache.value(forKey: "user:1") { _ -> LoadedValue<Int> in
                await gate.pass()
                return LoadedValue(1, tags: ["users"])
            }
        }
        await gate.waitForArrivals()
        invalidation.apply(to: cache, 2)
        let late = Task {
            try await cache.value(forKey: "user:1") { _ -> LoadedValue<Int> in LoadedValue(2, tags: ["users"]) }
        }
        if invalidation != .set {
            // It has joined the load of before.
            while cache.flights.waiterCount(for: "user:1") < 2 { await Task.yield() }
        }
        gate.open()
        #expect(try await early.value == 1)
        #expect(try await late.value == 2)
        #expect(cache.get("user:1") == 2 && cache.statistics.refused == 1 && cache.checkInvariants() == [])
    }

    @Test("Keys loaded together are refused one by one", arguments: Invalidation.allCases)
    func bulkFill(by invalidation: Invalidation) async throws {
        let cache = try MemoryCache<String, Int>(.count(100))
        let gate = Gate()
        let load = Task {
            try await cache.values(forKeys: ["user:1", "other"]) { keys in
                await gate.pass()
                return Dictionary(uniqueKeysWithValues: keys.map { ($0, 1) })
            }
        }
        await gate.waitForArrivals()
        invalidation.apply(to: cache, 9)
        gate.open()
        #expect(try await load.value == ["user:1": 1, "other": 1])
        // What is loaded in bulk bears no tags, so that these do not concern it.
        let expected =
            switch invalidation {
            case .tag: 1
            case .set: 9
            default: Int?.none
            }
        #expect(cache.get("user:1") == expected)
        #expect(cache.get("other") == ([.all, .closure].contains(invalidation) ? nil : 1))
    }
}
