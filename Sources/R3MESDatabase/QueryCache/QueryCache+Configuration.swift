// SPDX-License-Identifier: Apache-2.0

import R3MESCache

extension QueryCache {
    /// How much a ``QueryCache`` remembers, and for how long.
    public struct Configuration: Sendable {
        /// Its name in the metrics; few and fixed.
        ///
        /// The default is `queries`.
        public var name = "queries"
        /// What the results and their statements may occupy, in bytes.
        ///
        /// The default is 16 MiB. A single result may be at most a shard's part of it, a sixteenth or so.
        public var maximumBytes = 16 << 20
        /// How long a result is remembered, which bounds for how long writes of other programs are not seen.
        ///
        /// The default is a minute; nil is for ever.
        public var expireAfter: Duration? = .seconds(60)
        /// The tables that change with a table, by triggers or cascades: `["users": ["ledger"]]`.
        ///
        /// The default is empty.
        public var consequences: [String: [String]] = [:]
        /// For how long nothing is remembered of tables which a write may still change whose outcome is unknown.
        ///
        /// The default is 30 seconds. It should be as long as a statement may last.
        public var doubtPeriod = Duration.seconds(30)

        /// Makes a configuration with the defaults.
        public init() {}
    }

    /// What a ``QueryCache`` has done and holds.
    public struct Statistics: Hashable, Sendable {
        /// Queries answered from memory.
        public let hits: Int
        /// Queries sent to the database.
        public let misses: Int
        /// Results that were not remembered because of a write meanwhile.
        public let refused: Int
        /// The results held.
        public let count: Int
        /// What they occupy, in bytes.
        public let bytes: Int
    }

    /// A snapshot.
    public var statistics: Statistics {
        let statistics = cache.statistics
        return Statistics(
            hits: statistics.hits,
            misses: statistics.misses,
            refused: statistics.refused,
            count: statistics.count,
            bytes: statistics.weight
        )
    }
}
