// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency
import R3MESMemory
import Synchronization

extension Comparison {
    /// `RateLimiter` beside Go's x/time/rate, which for keys is used as its users do: in a map under a mutex.
    static func rateLimits() throws -> [Comparison] {
        try [oneKey(), millionKeys()]
    }

    private static func oneKey() throws -> Comparison {
        let limiter = try RateLimiter<String>(
            configuration: .init(limit: RateLimit(1_000_000_000, per: .seconds(1)))
        )
        return Comparison(
            "rate limit, 1 key",
            (
                "RateLimiter",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time) { count in
                        for _ in 0..<count {
                            Sink.take(UInt(limiter.allow("address-00000000").remaining))
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            ("Go x/time/rate", .go("rate-1"))
        )
    }

    /// Every key is known to the limiter and short of its burst; they are asked for in an order without a pattern.
    private static func millionKeys() throws -> Comparison {
        let keys = KeyTable(count: 1_000_000)
        return Comparison(
            "rate limit, 1,000,000 keys",
            (
                "RateLimiter",
                .here { time in
                    let (limiter, bytes) = try keys.limiter()
                    let value = try await nanosecondsPerOperation(for: time) { count in
                        keys.forEach(count) { Sink.take(UInt(limiter.allow($0).remaining)) }
                    }
                    return Measurement(value: value, notes: ["bytes a key": bytes])
                }
            ),
            ("Go map of x/time/rate", .go("rate-million"))
        )
    }
}

/// A million keys, and a limiter that knows them all; both are made when they are first needed.
private final class KeyTable: Sendable {
    private struct State {
        var keys: [String] = []
        var limiter: RateLimiter<String>?
        var bytesPerKey = 0.0
        var next = 0
    }

    private let count: Int
    private let state = Mutex(State())

    init(count: Int) {
        self.count = count
    }

    func limiter() throws -> (RateLimiter<String>, bytesPerKey: Double) {
        try state.withLock { state in
            if let limiter = state.limiter {
                return (limiter, state.bytesPerKey)
            }
            let keys = (0..<count).map { "address-\(String($0 + 10_000_000).dropFirst())" }
            let before = HeapUsage.current?.inUse ?? 0
            let limiter = try RateLimiter<String>(
                configuration: .init(limit: RateLimit(1_000, per: .seconds(3_600_000)), maximumKeys: count)
            )
            for key in keys {
                _ = limiter.allow(key)
            }
            state.bytesPerKey = Double((HeapUsage.current?.inUse ?? 0) - before) / Double(count)
            state.keys = keys
            state.limiter = limiter
            return (limiter, state.bytesPerKey)
        }
    }

    /// Goes on where it stopped, by steps that share no factor with the number of keys.
    func forEach(_ count: Int, _ body: (String) -> Void) {
        let (keys, start) = state.withLock { ($0.keys, $0.next) }
        var index = start
        for _ in 0..<count {
            index = (index + 611_953) % keys.count
            body(keys[index])
        }
        state.withLock { $0.next = index }
    }
}
