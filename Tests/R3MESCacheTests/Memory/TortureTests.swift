// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("MemoryCache, all at once", .timeLimit(.minutes(2)))
struct TortureTests {
    @Test("Many tasks at once leave a cache without contradictions, and every value is told of once")
    func everything() async throws {
        let seed = SeededGenerator().seed
        // The value is its number; what was written is either there or was told of.
        let told = Shared<[Int: Int]>([:])
        let clock = TestClock()
        let cache = try MemoryCache<String, Int>(
            .count(64),
            clock: clock,
            listener: { key, value, _ in
                guard let value else { return }
                told.update { $0[value, default: 0] += 1 }
            }
        ) {
            $0.options.shards = 2
            $0.expireAfterWrite = .seconds(5)
            $0.refreshAfterWrite = .seconds(1)
            $0.expireAbsentAfter = .seconds(2)
            $0.indexesKeys = true
        }
        let numbers = Shared(0)
        let next: @Sendable () -> Int = { numbers.increment() }
        let wrote = Shared<Set<Int>>([])
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    var generator = SeededGenerator(seed: seed &+ UInt64(task))
                    for _ in 0..<150 {
                        let key = "k:\(Int.random(in: 0..<150, using: &generator))"
                        switch Int.random(in: 0..<16, using: &generator) {
                        case 0..<4:
                            let number = next()
                            _ = wrote.update { $0.insert(number) }
                            cache.set(number, forKey: key, tags: ["t\(number % 4)"])
                        case 4..<8: _ = cache.get(key)
                        case 8..<12:
                            let isAbsent = generator.oneIn(5)
                            let tags = ["t\(Int.random(in: 0..<4, using: &generator))"]
                            _ = try? await cache.value(forKey: key) { _ -> LoadedValue<Int> in
                                if isAbsent { return LoadedValue(nil) }
                                await Task.yield()
                                return LoadedValue(-1, tags: tags)
                            }
                        case 12: cache.remove(key)
                        case 13: cache.invalidate(tag: "t\(Int.random(in: 0..<4, using: &generator))")
                        case 14: cache.invalidate(matching: "k:\(Int.random(in: 0..<15, using: &generator))*")
                        default:
                            clock.advance(by: .milliseconds(200))
                            _ = try? await cache.values(forKeys: [key, "k:1", "k:2"]) { keys in
                                Dictionary(uniqueKeysWithValues: keys.map { ($0, -1) })
                            }
                        }
                    }
                }
            }
        }
        #expect(cache.checkInvariants() == [], "seed \(seed)")
        let left = (0..<150).compactMap { cache.peek("k:\($0)") }.filter { $0 > 0 }
        cache.removeAll()
        #expect(cache.count == 0 && cache.checkInvariants() == [], "seed \(seed)")
        let counts = told.value
        for number in wrote.value {
            #expect(counts[number] == 1, "value \(number) was told of \(counts[number] ?? 0) times, seed \(seed)")
        }
        #expect(Set(left).count == left.count, "seed \(seed)")
    }

    @Test("A counter that is read, loaded and invalidated at once never goes back")
    func monotonicReads() async throws {
        let cache = try MemoryCache<String, Int>(.count(100))
        let source = Shared(0)
        await withTaskGroup { group in
            group.addTask {
                for _ in 0..<500 {
                    let written = source.increment()
                    switch written % 4 {
                    case 0: cache.remove("key")
                    case 1: cache.invalidate(tag: "tag")
                    case 2: cache.invalidate(matching: "k*")
                    default: cache.removeAll()
                    }
                    // Acknowledged: from here on nobody sees less.
                    let seen = try? await cache.value(forKey: "key") { _ -> LoadedValue<Int> in
                        LoadedValue(source.value, tags: ["tag"])
                    }
                    #expect((seen ?? 0) >= written)
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<700 {
                        _ = try? await cache.value(forKey: "key") { _ -> LoadedValue<Int> in
                            let value = source.value
                            await Task.yield()
                            return LoadedValue(value, tags: ["tag"])
                        }
                    }
                }
            }
        }
    }
}
