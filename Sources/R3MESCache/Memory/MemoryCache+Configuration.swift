// SPDX-License-Identifier: Apache-2.0

extension MemoryCache {
    /// How much a ``MemoryCache`` keeps, and for how long.
    public struct Configuration: Sendable {
        /// Its name in the metrics; few and fixed.
        ///
        /// The default is `default`.
        public var name = "default"
        /// How much it keeps.
        public var limit: Limit
        /// How long an entry lives after it was written.
        ///
        /// The default is nil: until there is no room for it.
        public var expireAfterWrite: Duration?
        /// How long an entry lives after it was last read or written.
        ///
        /// The default is nil: however long that is.
        public var expireAfterAccess: Duration?
        /// How long it is remembered that a key has no value, as its loader said.
        ///
        /// The default is nil: not at all.
        public var expireAbsentAfter: Duration?
        /// The age from which a value is loaded anew, in the background and once, by a read of one key that can load;
        /// meanwhile the old one is served.
        ///
        /// The default is nil: never.
        public var refreshAfterWrite: Duration?
        /// The greatest part of a lifetime, from 0 to 1, that is left out at random, so that entries which were
        /// written together do not all end, and are not all loaded anew, at the same time.
        ///
        /// The default is 0.
        public var expiryJitter = 0.0
        /// Whether string keys are indexed by their beginnings, so that ``MemoryCache/invalidate(matching:)`` costs
        /// what it removes; it costs 16 bytes an entry and some tenths of a microsecond a write.
        ///
        /// The default is false.
        public var indexesKeys = false
        /// Settings that few need.
        public var options = Options()

        /// Makes a configuration with a limit and the defaults.
        public init(limit: Limit) {
            self.limit = limit
        }
    }

    /// Settings of a ``MemoryCache`` that few need.
    public struct Options: Sendable {
        /// The number of shards, a power of two.
        ///
        /// The default is nil: as many as keep threads apart, and as few as leave each at least 1,024 entries.
        ///
        /// Each shard has an equal part of the limit, and no entry may weigh more than that.
        public var shards: Int?
        /// How long a load in the background may take before it is cancelled and its key may be loaded by others.
        ///
        /// The default is 60 seconds.
        public var refreshTimeout = Duration.seconds(60)
        /// What the memory of there being nothing weighs.
        ///
        /// The default is 1.
        public var absentWeight = 1

        /// Makes the defaults.
        public init() {}
    }

    /// How much a ``MemoryCache`` keeps.
    public struct Limit: Hashable, Sendable {
        enum Kind {
            case count, weight
        }

        let kind: Kind
        let maximum: Int

        /// At most so many entries.
        public static func count(_ maximum: Int) -> Self {
            Self(kind: .count, maximum: maximum)
        }

        /// Entries that together weigh at most so much, in the units of the weigher, for instance bytes.
        public static func weight(_ maximum: Int) -> Self {
            Self(kind: .weight, maximum: maximum)
        }
    }
}

extension MemoryCache.Configuration {
    func validate(hasWeigher: Bool, hasStringKeys: Bool) throws(CacheError) {
        var problems: [String] = []
        func require(_ condition: Bool, _ problem: String) {
            if !condition { problems.append(problem) }
        }
        require(limit.maximum > 0, "the limit must be at least 1")
        require(limit.maximum <= 1 << 40, "the limit must be at most 2^40")
        require(limit.kind == .count || hasWeigher, "a limit by weight needs a weigher")
        require(limit.kind == .weight || !hasWeigher, "a limit by count needs no weigher")
        require(hasStringKeys || !indexesKeys, "only keys of type String can be indexed")
        require((0...1).contains(expiryJitter), "expiryJitter must be from 0 to 1")
        let durations = [
            ("expireAfterWrite", expireAfterWrite), ("expireAfterAccess", expireAfterAccess),
            ("expireAbsentAfter", expireAbsentAfter), ("refreshAfterWrite", refreshAfterWrite),
            ("refreshTimeout", options.refreshTimeout),
        ]
        for (name, duration) in durations {
            require(duration.map { $0 > .zero } ?? true, "\(name) must be above zero")
        }
        if let refreshAfterWrite, let expireAfterWrite {
            require(refreshAfterWrite < expireAfterWrite, "refreshAfterWrite must be below expireAfterWrite")
        }
        if let shards = options.shards {
            require(
                shards > 0 && shards & (shards - 1) == 0 && shards <= 4096,
                "shards must be a power of two up to 4,096"
            )
            require(shards <= max(1, limit.maximum), "shards must not be more than the limit")
        }
        require(options.absentWeight > 0, "absentWeight must be at least 1")
        guard problems.isEmpty else {
            throw CacheError(.invalidConfiguration, problems.joined(separator: "; "))
        }
    }

    /// Enough shards to keep threads apart, and not so many that a shard sees too little to learn what to keep.
    var shardCount: Int {
        if let shards = options.shards { return shards }
        let (least, most) = limit.kind == .count ? (1024, 8192) : (1 << 20, 1 << 26)
        var count = 1
        while count < 4096, limit.maximum / (count * 2) >= least, count < 64 || limit.maximum / count > most {
            count *= 2
        }
        return count
    }

    var lifetimes: Lifetimes {
        Lifetimes(
            afterWrite: expireAfterWrite?.wholeNanoseconds,
            afterAccess: expireAfterAccess?.wholeNanoseconds,
            absent: expireAbsentAfter?.wholeNanoseconds,
            refreshAfter: refreshAfterWrite?.wholeNanoseconds,
            jitter: expiryJitter
        )
    }
}
