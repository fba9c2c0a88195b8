// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("Generations")
struct GenerationsTests {
    @Test("Nothing that a note covers is taken for fresh, and what came after all notes is fresh")
    func model() {
        forAll(cases: 20) { generator in
            var generations = Generations(capacity: Int.random(in: 1...10_000, using: &generator))
            var last: UInt64 = 0
            var keys: [UInt32: UInt64] = [:]
            var tags: [String: UInt64] = [:]
            var patterns: [(GlobPattern, UInt64)] = []
            var all: UInt64 = 0
            for _ in 0..<300 {
                if generator.oneIn(2) { last += 1 }
                let number = UInt32.random(in: 0..<50, using: &generator)
                let (hash, tag) = (number &* 0x9e37_79b9, "t\(number % 5)")
                switch Int.random(in: 0..<20, using: &generator) {
                case 0..<4:
                    generations.note(key: hash, last)
                    keys[hash] = last
                case 4..<7:
                    generations.note(tag: tag, last)
                    tags[tag] = last
                case 7..<10:
                    // More different ones than are remembered.
                    let pattern = GlobPattern("k\(number)*")
                    generations.note(pattern: pattern, last)
                    patterns.append((pattern, last))
                case 10 where generator.oneIn(10):
                    generations.noteAll(last)
                    all = last
                default:
                    let ticket = UInt64.random(in: 0...last, using: &generator)
                    let key = "k\(number)"
                    let isStale =
                        all >= ticket || keys[hash].map { $0 >= ticket } == true
                        || tags[tag].map { $0 >= ticket } == true
                        || patterns.contains { $0.1 >= ticket && $0.0.matches(key) }
                    let said = generations.isStale(ticket, hash: hash, key: key, tags: [tag])
                    try hold(said || !isStale, "something older than a note passes")
                }
                try hold(
                    !generations.isStale(last + 1, hash: hash, key: "k\(number)", tags: [tag]),
                    "the newest is refused"
                )
            }
        }
    }
}
