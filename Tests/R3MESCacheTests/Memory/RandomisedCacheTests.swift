// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

/// A whole cache under random operations, checked after each one.
@Suite("MemoryCache, randomised")
struct RandomisedCacheTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        let limit: Int
        let shards: Int
        var isWeighed = false
        var afterWrite: Duration?
        var afterAccess: Duration?
        var jitter = 0.0
        var indexesKeys = false

        var testDescription: String {
            "\(limit) in \(shards), weighed \(isWeighed), \(afterWrite, default: "-")/\(afterAccess, default: "-"), index \(indexesKeys)"
        }

        static let all: [Setting] = {
            var settings: [Setting] = []
            for limit in [1, 5, 40] {
                for shards in [1, 4] where shards <= limit {
                    settings.append(Setting(limit: limit, shards: shards, indexesKeys: shards == 1))
                    var timed = Setting(limit: limit, shards: shards, indexesKeys: true)
                    timed.afterWrite = .seconds(20)
                    timed.afterAccess = .seconds(8)
                    timed.jitter = 0.3
                    settings.append(timed)
                    var weighed = Setting(limit: limit * 10, shards: shards, isWeighed: true)
                    settings.append(weighed)
                    weighed.afterAccess = .seconds(5)
                    weighed.indexesKeys = true
                    settings.append(weighed)
                }
            }
            return settings
        }()
    }

    @Test("After every operation all is consistent, and every removal is told once", arguments: Setting.all)
    func run(setting: Setting) {
        forAll(cases: 2) { generator in
            var run = try CacheRun(setting)
            for _ in 0..<120 { try run.step(&generator) }
        }
    }
}
