// SPDX-License-Identifier: Apache-2.0

extension RedisCache {
    /// How a ``RedisCache`` stores values, and for how long.
    public struct Configuration: Sendable {
        /// What its keys begin with: ASCII letters, digits, `-`, `_`, `.` and `:`.
        ///
        /// In a cluster all that a namespace holds is on one node, since its tags are kept atomically with its entries.
        public var namespace: String
        /// Raised when values of before would be read wrongly: the new version begins empty, the old one runs out.
        ///
        /// The default is 1.
        public var schemaVersion = 1
        /// How long an entry lives after it was written.
        ///
        /// Everything ends at some time, so that nothing is left behind.
        ///
        /// The default is one hour.
        public var expireAfterWrite = Duration.seconds(3600)
        /// How long it is remembered that a key has no value.
        ///
        /// The default is nil: not at all.
        public var expireAbsentAfter: Duration?
        /// The greatest part of a lifetime, from 0 to 1, that is left out at random, so that what was written together
        /// does not all end together.
        ///
        /// The default is 0.1.
        public var expiryJitter = 0.1
        /// The size in bytes from which values are compressed; nil for never.
        ///
        /// The default is 1,024.
        public var compressFrom: Int? = 1024
        /// The largest value in bytes, not compressed, that is stored or read.
        ///
        /// The default is 64 MiB.
        public var maximumValueSize = 64 << 20
        /// How long a loader may be the only one, of all instances, who loads a key; longer loads may be repeated by
        /// others.
        ///
        /// The default is 5 seconds.
        public var leaseDuration = Duration.seconds(5)
        /// How old a load may be to be stored: an invalidation is remembered for so long.
        ///
        /// The default is 60 seconds.
        public var maximumLoadTime = Duration.seconds(60)
        /// Settings that few need.
        public var options = Options()

        /// Makes a configuration with the defaults.
        public init(namespace: String) {
            self.namespace = namespace
        }
    }

    /// Settings of a ``RedisCache`` that few need.
    public struct Options: Sendable {
        /// How many keys a step of an invalidation looks at or removes; others are served between the steps.
        ///
        /// The default is 500.
        public var stepSize = 500
        /// zstd's level, from 1, the fastest, to 19.
        ///
        /// The default is 1.
        public var compressionLevel = 1
        /// Whether each change is also published, for instances that can't be told by `CLIENT TRACKING`.
        ///
        /// The default is false. A ``TieredCache`` sees to it by itself.
        public var publishesChanges = false

        /// Makes options with the defaults.
        public init() {}
    }
}

extension RedisCache.Configuration {
    func validate() throws(CacheError) {
        var problems: [String] = []
        func require(_ condition: Bool, _ problem: String) {
            if !condition { problems.append(problem) }
        }
        require(
            !namespace.isEmpty
                && namespace.unicodeScalars.allSatisfy { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":": true
                    default: false
                    }
                },
            "the namespace is empty or has other characters than ASCII letters, digits, '-', '_', '.' and ':'"
        )
        require(schemaVersion >= 0, "schemaVersion must not be negative")
        let longest = Duration.seconds(100 * 366 * 86_400)
        for (name, duration) in [
            ("expireAfterWrite", expireAfterWrite), ("expireAbsentAfter", expireAbsentAfter ?? .seconds(1)),
            ("leaseDuration", leaseDuration), ("maximumLoadTime", maximumLoadTime),
        ] {
            require(duration >= .milliseconds(1) && duration <= longest, "\(name) must be from 1 ms to 100 years")
        }
        require((0...1).contains(expiryJitter), "expiryJitter must be from 0 to 1")
        require(compressFrom ?? 0 >= 0, "compressFrom must not be negative")
        require(maximumValueSize > 0, "maximumValueSize must be at least 1")
        require((1...100_000).contains(options.stepSize), "stepSize must be from 1 to 100,000")
        require((1...19).contains(options.compressionLevel), "compressionLevel must be from 1 to 19")
        guard problems.isEmpty else {
            throw CacheError(.invalidConfiguration, problems.joined(separator: "; "))
        }
    }
}
