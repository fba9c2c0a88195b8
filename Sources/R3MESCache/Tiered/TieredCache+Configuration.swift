// SPDX-License-Identifier: Apache-2.0

extension TieredCache {
    /// How a ``TieredCache`` keeps its memory coherent with Redis.
    public struct Configuration: Sendable {
        /// Its name in the metrics; few and fixed.
        ///
        /// The default is `default`.
        public var name = "default"
        /// How it hears of changes.
        ///
        /// The default is `.automatic`.
        public var coherence = CoherenceMode.automatic
        /// The longest that a value may be read from memory after another instance has changed it, whatever happens.
        ///
        /// Usually it is a millisecond or two; beyond this, memory isn't read until messages come in time again.
        /// The default is 2 seconds.
        public var maximumDelay = Duration.seconds(2)
        /// How long values stay in memory at most; nil for as long as in Redis, which is the default.
        public var memoryLifetime: Duration?
        /// How long values stay in memory while Redis can't be reached.
        ///
        /// Nobody tells of other instances' changes then: so long they may go unseen, the price of not loading
        /// everything every time. Changes made here are seen at once all the same.
        ///
        /// The default is 1 second.
        public var isolatedLifetime = Duration.seconds(1)
        /// Settings that few need.
        public var options = Options()

        /// Makes a configuration with the defaults.
        public init() {}
    }

    /// How a ``TieredCache`` hears of changes.
    public enum CoherenceMode: Hashable, Sendable {
        /// By `CLIENT TRACKING` if the server knows it, else by publish/subscribe.
        case automatic
        /// By `CLIENT TRACKING` in broadcasting mode, whoever makes the change. Needs Redis 6.
        case tracking
        /// By publish/subscribe, of changes made by a ``TieredCache``, or by a ``RedisCache`` that publishes.
        case publishing
    }

    /// Settings of a ``TieredCache`` that few need.
    public struct Options: Sendable {
        /// How often a probe measures how late messages come.
        ///
        /// The default is 250 milliseconds.
        public var probeInterval = Duration.milliseconds(250)
        /// How many reads in a row must fail until Redis is no longer asked; a write or invalidation is enough alone.
        ///
        /// The default is 5.
        public var failuresUntilIsolated = 5
        /// The time between tries to reach Redis again.
        ///
        /// The default is 100 milliseconds.
        public var retryInterval = Duration.milliseconds(100)
        /// How many invalidations are kept for Redis while it can't be reached; beyond it the whole cache is emptied
        /// then.
        ///
        /// The default is 10,000.
        public var maximumPendingInvalidations = 10_000

        /// Makes options with the defaults.
        public init() {}
    }
}

extension TieredCache.Configuration {
    func validate(memory: MemoryCache<String, some Sendable>.Configuration) throws(CacheError) {
        var problems: [String] = []
        func require(_ condition: Bool, _ problem: String) {
            if !condition { problems.append(problem) }
        }
        for (name, duration) in [
            ("maximumDelay", maximumDelay), ("memoryLifetime", memoryLifetime ?? .seconds(1)),
            ("probeInterval", options.probeInterval), ("retryInterval", options.retryInterval),
        ] {
            require(duration > .zero, "\(name) must be above zero")
        }
        require(isolatedLifetime >= .zero, "isolatedLifetime must not be negative")
        require(options.probeInterval < maximumDelay, "probeInterval must be below maximumDelay")
        require(options.failuresUntilIsolated > 0, "failuresUntilIsolated must be at least 1")
        require(options.maximumPendingInvalidations > 0, "maximumPendingInvalidations must be at least 1")
        require(
            memory.refreshAfterWrite == nil,
            "the memory can't refresh by itself here: refreshAfterWrite must be nil"
        )
        guard problems.isEmpty else {
            throw CacheError(.invalidConfiguration, problems.joined(separator: "; "))
        }
    }
}
