// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("Expiry")
struct ExpiryTests {
    private let clock = TestClock()

    @Test("After its time an entry is not served, not a nanosecond longer")
    func afterWrite() throws {
        let cache = try MemoryCache<Int, Int>(.count(10), clock: clock) { $0.expireAfterWrite = .seconds(10) }
        cache.set(1, forKey: 1)
        clock.advance(by: .seconds(10) - .nanoseconds(1))
        #expect(cache.get(1) == 1)
        clock.advance(by: .nanoseconds(1))
        #expect(cache.get(1) == nil && cache.peek(1) == nil && cache.remove(1) == nil)
        #expect(cache.statistics.expired == 1 && cache.statistics.misses == 1)
        // Writing begins a new life.
        cache.set(2, forKey: 1)
        clock.advance(by: .seconds(9))
        cache.set(3, forKey: 1)
        clock.advance(by: .seconds(9))
        #expect(cache.get(1) == 3)
    }

    @Test("Reads prolong a life after access, but not beyond the one after write")
    func afterAccess() throws {
        let cache = try MemoryCache<Int, Int>(.count(10), clock: clock) {
            $0.expireAfterAccess = .seconds(3)
            $0.expireAfterWrite = .seconds(8)
        }
        cache.set(1, forKey: 1)
        for _ in 0..<3 {
            clock.advance(by: .seconds(2))
            #expect(cache.get(1) == 1)
        }
        clock.advance(by: .seconds(2))
        #expect(cache.get(1) == nil)
        cache.set(1, forKey: 1)
        clock.advance(by: .seconds(2))
        // Only looking does not prolong.
        #expect(cache.peek(1) == 1)
        clock.advance(by: .seconds(1))
        #expect(cache.get(1) == nil)
    }

    @Test(
        "A lifetime of its own comes before the one configured, in a cache with and without times",
        arguments: [nil, Duration.seconds(10)]
    )
    func own(configured: Duration?) throws {
        let cache = try MemoryCache<Int, Int>(.count(20), clock: clock) { $0.expireAfterWrite = configured }
        for key in 0..<5 { cache.set(key, forKey: key) }
        cache.set(5, forKey: 5, expiresAfter: .seconds(1))
        cache.set(6, forKey: 6, expiresAfter: .seconds(100))
        for (key, lifetime) in [(7, Duration.zero), (8, .seconds(-5)), (9, .seconds(Int64.min))] {
            cache.set(key, forKey: key, expiresAfter: lifetime)
            #expect(cache.get(key) == nil, "\(lifetime)")
        }
        cache.set(10, forKey: 10, expiresAfter: .seconds(Int64.max))
        clock.advance(by: .seconds(1))
        #expect(cache.get(5) == nil && cache.get(0) == 0)
        clock.advance(by: .seconds(98))
        #expect(cache.get(6) == 6 && cache.get(10) == 10 && cache.get(0) == (configured == nil ? 0 : nil))
        #expect(cache.checkInvariants() == [])
    }

    @Test("The longest durations are no trouble", arguments: [0.0, 0.5, 1.0])
    func longest(jitter: Double) throws {
        let cache = try MemoryCache<Int, Int>(.count(10), clock: clock) {
            $0.expireAfterWrite = .seconds(Int64.max)
            $0.expireAfterAccess = .seconds(Int64.max)
            $0.refreshAfterWrite = .seconds(Int64.max) - .seconds(1)
            $0.expireAbsentAfter = .nanoseconds(1)
            $0.expiryJitter = jitter
        }
        for key in 0..<30 { cache.set(key, forKey: key, expiresAfter: key % 2 == 0 ? .nanoseconds(Int64.max) : nil) }
        clock.advance(by: .seconds(40))
        #expect(cache.count == 10 && cache.checkInvariants() == [])
    }

    @Test("Jitter shortens lives by its part at most, and not all alike")
    func jitter() throws {
        let cache = try MemoryCache<Int, Int>(.count(1000), clock: clock) {
            $0.expireAfterWrite = .seconds(100)
            $0.expiryJitter = 0.2
        }
        for key in 0..<200 { cache.set(key, forKey: key) }
        clock.advance(by: .seconds(80) - .nanoseconds(10))
        #expect((0..<200).allSatisfy { cache.peek($0) != nil })
        clock.advance(by: .seconds(10))
        #expect((40...160).contains((0..<200).count { cache.peek($0) != nil }))
        clock.advance(by: .seconds(10) + .nanoseconds(10))
        #expect((0..<200).allSatisfy { cache.peek($0) == nil })
    }

    @Test("What has ended goes when asked, or bit by bit with writes, and is told of as expired")
    func removal() throws {
        let log = RemovalLog<Int, Int>()
        let cache = try MemoryCache<Int, Int>(.count(5000), clock: clock, listener: log.note) {
            $0.expireAfterWrite = .seconds(1)
            $0.options.shards = 1
        }
        for key in 0..<1000 { cache.set(key, forKey: key) }
        clock.advance(by: .seconds(2))
        cache.set(0, forKey: 5000)
        #expect((900..<1000).contains(cache.count) && log.all.allSatisfy { $0.cause == .expired })
        cache.removeExpired()
        #expect(cache.count == 1 && Set(log.all.map(\.key)) == Set(0..<1000) && cache.checkInvariants() == [])
        #expect(log.all.count == 1000 && cache.statistics.expired == 1000)
    }

    @Test("Whoever removes or replaces what has ended is told that it was expired")
    func causes() throws {
        let log = RemovalLog<Int, Int>()
        let cache = try MemoryCache<Int, Int>(.count(100), clock: clock, listener: log.note) {
            $0.expireAfterWrite = .milliseconds(10)
        }
        for key in 0..<4 { cache.set(key, forKey: key, tags: ["t"]) }
        clock.advance(by: .milliseconds(10))
        cache.set(9, forKey: 0)
        cache.remove(1)
        cache.invalidate(tag: "t")
        #expect(log.take().map(\.cause) == Array(repeating: .expired, count: 4))
        cache.set(1, forKey: 1)
        clock.advance(by: .milliseconds(10))
        cache.removeAll()
        #expect(log.take().map(\.cause) == [.expired, .expired])
    }

    @Test("Its service removes what has ended, and stops when cancelled")
    func service() async throws {
        let cache = try MemoryCache<Int, Int>(.count(10), clock: clock) { $0.expireAfterWrite = .seconds(1) }
        let ended = Gate()
        let other = try MemoryCache<Int, Int>(
            .count(10),
            clock: clock,
            listener: { _, _, _ in Task { await ended.pass() } }
        ) {
            $0.expireAfterWrite = .seconds(1)
        }
        cache.set(1, forKey: 1)
        other.set(1, forKey: 1)
        clock.advance(by: .seconds(5))
        let task = Task { try await other.run() }
        await ended.waitForArrivals()
        ended.open()
        #expect(other.count == 0 && cache.count == 1)
        task.cancel()
        try await task.value
    }
}
