// SPDX-License-Identifier: Apache-2.0

import R3MESCache
import R3MESTestSupport
import Testing

@Suite("Hit ratios")
struct HitRatioTests {
    @Test("On no kind of stream does the cache fall behind LRU by more than 0.3 points", arguments: KeyStream.allCases)
    func floor(stream: KeyStream) async throws {
        var generator = SeededGenerator(seed: 11)
        let keys = stream.keys(count: 30_000, among: 1500, using: &generator)
        let results = try await CacheSimulator(KeyTrace(keys)).run(
            policies: [.wTinyLFU, .lru],
            sizes: [50, 200, 800]
        )
        for (own, lru) in zip(results.filter { $0.policy == .wTinyLFU }, results.filter { $0.policy == .lru }) {
            let (own, lru, size) = (own.hitRatio * 100, lru.hitRatio * 100, own.size)
            #expect(own >= lru - 0.3, "\(stream) at \(size): \(own) % beside \(lru) % of LRU")
        }
    }
}
