// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport

/// A cache and what must be in it: everything written whose removal has not been told.
struct CacheRun {
    typealias Setting = RandomisedCacheTests.Setting

    private struct Value: Hashable, Sendable {
        let serial: Int
        let key: String
        let weight: Int
        let tags: [String]
        let written: ContinuousClock.Instant
        let lifetime: Duration?
    }

    private enum Operation: Equatable {
        case set(String), remove, other
    }

    private let setting: Setting
    private let clock = TestClock()
    private let log = RemovalLog<String, Value>()
    private let cache: MemoryCache<String, Value>
    private var live: [Int: Value] = [:]
    private var lastRead: [Int: ContinuousClock.Instant] = [:]
    private var serial = 0

    init(_ setting: Setting) throws {
        self.setting = setting
        var weigher: MemoryCache<String, Value>.Weigher?
        if setting.isWeighed {
            weigher = { _, value in value.weight }
        }
        let limit: MemoryCache<String, Value>.Limit =
            setting.isWeighed ? .weight(setting.limit) : .count(setting.limit)
        cache = try MemoryCache(limit, clock: clock, weigher: weigher, listener: log.note) {
            $0.expireAfterWrite = setting.afterWrite
            $0.expireAfterAccess = setting.afterAccess
            $0.expiryJitter = setting.jitter
            $0.indexesKeys = setting.indexesKeys
            $0.options.shards = setting.shards
        }
    }

    /// Does something, and checks everything.
    mutating func step(_ generator: inout SeededGenerator) throws {
        let operation = try act(&generator)
        for removal in log.take() {
            guard let value = removal.value, let known = live.removeValue(forKey: value.serial) else {
                throw Falsified(reason: "the removal of \(removal.key) is told of again, or was never written")
            }
            try hold(known == value && known.key == removal.key, "another value is told of")
            try hold(isRight(removal.cause, known, operation), "\(known.key) was \(removal.cause) by \(operation)")
        }
        try check()
    }

    private mutating func act(_ generator: inout SeededGenerator) throws -> Operation {
        let beginning = ["a", "b", "a:b"].randomElement(using: &generator) ?? "a"
        let key = "\(beginning):\(Int.random(in: 0..<30, using: &generator))"
        switch Int.random(in: 0..<22, using: &generator) {
        case 0..<9:
            set(key, &generator)
            return .set(key)
        case 9..<15:
            if let value = cache.get(key) {
                try hold(live[value.serial] == value && value.key == key, "another value is served than was written")
                try hold(isAlive(value), "an entry is served whose time is over")
                lastRead[value.serial] = clock.now
            }
            return .other
        case 15:
            let expected = live.values.first { $0.key == key }
            let removed = cache.remove(key)
            try hold(removed == nil || removed == expected, "another value is removed than was written")
        case 16:
            let tag = ["x", "y", "z"].randomElement(using: &generator) ?? "x"
            let count = live.values.count { $0.tags.contains(tag) }
            try hold(cache.invalidate(tag: tag) == count, "not what bears \(tag) was removed")
        case 17:
            let text = ["a:*", "*:1?", "a:b:[1-3]*", "b:7", "*"].randomElement(using: &generator) ?? "*"
            let pattern = GlobPattern(text)
            let count = live.values.count { pattern.matches($0.key) }
            try hold(cache.invalidate(matching: text) == count, "not what matches \(text) was removed")
        case 18:
            let count = live.values.count { $0.serial % 7 == 0 }
            try hold(cache.invalidate(where: { $1.serial % 7 == 0 }) == count, "not what was meant was removed")
        case 19 where generator.oneIn(8):
            cache.removeAll()
            try hold(cache.count == 0, "something stays")
        case 20:
            cache.removeExpired()
            return .other
        default:
            clock.advance(by: .milliseconds(Int.random(in: 0...4000, using: &generator)))
            return .other
        }
        return .remove
    }

    private mutating func set(_ key: String, _ generator: inout SeededGenerator) {
        serial += 1
        let value = Value(
            serial: serial,
            key: key,
            weight: Int.random(in: -1...30, using: &generator),
            tags: ["x", "y", "z", "x"].filter { _ in generator.oneIn(3) },
            written: clock.now,
            lifetime: generator.oneIn(4) ? .seconds(Int.random(in: 0...30, using: &generator)) : nil
        )
        live[serial] = value
        lastRead[serial] = clock.now
        cache.set(value, forKey: key, tags: value.tags, expiresAfter: value.lifetime)
    }

    private func check() throws {
        let problems = cache.checkInvariants()
        try hold(problems.isEmpty, problems.joined(separator: "; "))
        try hold(cache.count == live.count, "there are \(cache.count) entries, and should be \(live.count)")
        let weight = live.values.reduce(0) { $0 + (setting.isWeighed ? max(1, $1.weight) : 1) }
        try hold(cache.statistics.weight == weight && weight <= setting.limit, "they weigh \(weight)")
        for value in live.values {
            let served = cache.peek(value.key)
            try hold(served == value || served == nil && mayHaveEnded(value), "\(value.key) is not what was written")
        }
        try hold(cache.statistics.tags <= 3 * setting.shards, "tags are kept without entries")
    }

    private func isRight(_ cause: RemovalCause, _ value: Value, _ operation: Operation) -> Bool {
        switch cause {
        case .replaced: operation == .set(value.key) && value.serial != serial
        case .evicted: if case .set = operation { true } else { false }
        case .removed: operation == .remove
        case .expired: mayHaveEnded(value)
        default: false
        }
    }

    /// The ends of an entry's life, were nothing left out at random.
    private func ends(_ value: Value) -> [(start: ContinuousClock.Instant, lifetime: Duration)] {
        let last = (value.lifetime ?? setting.afterWrite).map { (value.written, $0) }
        let idle = setting.afterAccess.map { (lastRead[value.serial] ?? value.written, $0) }
        return [last, idle].compactMap(\.self)
    }

    private func isAlive(_ value: Value) -> Bool {
        ends(value).allSatisfy { clock.now < $0.start + $0.lifetime }
    }

    private func mayHaveEnded(_ value: Value) -> Bool {
        ends(value).contains { clock.now >= $0.start + $0.lifetime * (1 - setting.jitter) - .nanoseconds(1) }
    }
}
