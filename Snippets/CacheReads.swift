// SPDX-License-Identifier: Apache-2.0
//
// One load for many callers, a tag for what changes, and the figures. Run it: swift run CacheReads
import R3MESCache

var configuration = MemoryCache<String, Int>.Configuration(limit: .count(1_000))
configuration.expireAfterWrite = .seconds(60)
let lengths = try MemoryCache<String, Int>(configuration: configuration)

@Sendable
func length(of word: String) async throws -> Int? {
    try await lengths.value(forKey: word) { word in
        try await Task.sleep(for: .milliseconds(20))
        print("loading \(word)")
        return LoadedValue(word.count, tags: [String(word.prefix(1))])
    }
}

// A hundred callers, three words: three loads.
await withTaskGroup(of: Void.self) { group in
    for number in 0..<100 {
        group.addTask { _ = try? await length(of: ["apple", "avocado", "banana"][number % 3]) }
    }
}

print("forgotten: \(lengths.invalidate(tag: "a"))")
_ = try await length(of: "apple")

let statistics = lengths.statistics
print("hits \(statistics.hits), misses \(statistics.misses), loads \(statistics.loads), entries \(statistics.count)")
