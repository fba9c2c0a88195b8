// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
public import R3MESConcurrency

/// A rate limit for each of any number of keys, which all instances share, by ``GCRA`` in one atomic script.
///
/// Redis' own clock counts, so that the instances' clocks need not agree. A key that has its full burst takes no room
/// in Redis. A decision costs one round trip. Times are whole microseconds, rounded up, so that the rate is never
/// exceeded.
///
/// Without Redis a decision fails, or is made here alone by a limiter given for that case: then every instance allows
/// what that one does.
///
/// Sends metrics with the dimension `name`: `r3mes_redis_rate_limiter_allowed_total`, `…_denied_total` and
/// `…_alone_total`, decisions made without Redis.
public final class RedisRateLimiter: RateLimiting {
    private static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval, tolerance, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local debt = math.min(math.max((tonumber(redis.call('GET', KEYS[1]) or now) or now) - now, 0), tolerance)
        local wanted = debt + cost * interval
        if wanted > tolerance then return {0, debt, wanted - tolerance} end
        if cost > 0 then
            redis.call('SET', KEYS[1], string.format('%.0f', now + wanted), 'PX', math.ceil(wanted / 1000))
        end
        return {1, wanted, 0}
        """
    )

    private let client: RedisClient
    private let prefix: String
    private let burst: Int
    /// Microseconds.
    private let interval: Int64
    private let tolerance: Int64
    private let fallback: RateLimiter<String>?
    private let allowed: Counter
    private let denied: Counter
    private let alone: Counter

    /// Makes a limiter in which every key has its full burst that Redis knows nothing else of.
    ///
    /// - Parameters:
    ///   - client: The client by which it speaks to Redis.
    ///   - name: What its keys in Redis begin with, and its name in the metrics; limiters with one name share their
    ///   limits.
    ///   - limit: What each key is allowed.
    ///   - fallback: Decides when Redis can't; nil if that is an error.
    /// - Throws: ``ConcurrencyError/Code/invalidConfiguration``.
    public init(
        _ client: RedisClient,
        name: String,
        limit: RateLimit,
        fallback: RateLimiter<String>? = nil
    ) throws(ConcurrencyError) {
        let algorithm = try GCRA(limit)
        self.client = client
        self.fallback = fallback
        prefix = "{\(name)}:r:"
        burst = algorithm.burst
        interval = (algorithm.emissionInterval - 1) / 1000 + 1
        tolerance = interval.multipliedReportingOverflow(by: Int64(burst)).partialValue
        // What Redis' scripts can count exactly.
        guard tolerance > 0, tolerance < 1 << 52 else {
            throw ConcurrencyError(
                .invalidConfiguration,
                "a burst of \(burst) takes more than a hundred years to come back"
            )
        }
        let dimensions = [("name", name)]
        allowed = Counter(label: "r3mes_redis_rate_limiter_allowed_total", dimensions: dimensions)
        denied = Counter(label: "r3mes_redis_rate_limiter_denied_total", dimensions: dimensions)
        alone = Counter(label: "r3mes_redis_rate_limiter_alone_total", dimensions: dimensions)
    }

    /// Takes `cost` units for the key if its limit allows.
    ///
    /// - Parameters:
    ///   - key: What has a limit of its own.
    ///   - cost: How many units to take. Below 0 counts as 0, which takes nothing and tells how things stand.
    /// - Throws: What ``RedisClient`` throws, unless there is a fallback for it; `CancellationError`.
    public func allow(_ key: String, cost: Int = 1) async throws -> RateDecision {
        do {
            // More than a burst is refused whatever there is: so that the product can't be too large to be counted.
            let cost = min(max(cost, 0), burst + 1)
            let answer = try await client.run(
                Self.script,
                keys: [prefix + key],
                arguments: [interval, tolerance, cost]
            )
            let numbers = try [Int64](resp: answer)
            guard numbers.count == 3 else { throw CacheError.unexpected(answer, for: "a decision") }
            let decision = decision(numbers, cost)
            (decision.isAllowed ? allowed : denied).increment()
            return decision
        } catch let error as CacheError {
            guard let fallback else { throw error }
            alone.increment()
            return fallback.allow(key, cost: cost)
        }
    }

    private func decision(_ numbers: [Int64], _ cost: Int) -> RateDecision {
        let (isAllowed, debt, wait) = (numbers[0] == 1, numbers[1], numbers[2])
        return RateDecision(
            isAllowed: isAllowed,
            limit: burst,
            remaining: Int(max(0, (tolerance - debt) / interval)),
            retryAfter: isAllowed || cost > burst ? nil : .microseconds(wait),
            resetAfter: .microseconds(debt)
        )
    }
}
