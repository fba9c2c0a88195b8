// SPDX-License-Identifier: Apache-2.0

extension ObjectPool {
    /// Bounds and times of an ``ObjectPool``.
    public struct Configuration: Sendable {
        /// The label of the pool in its metrics.
        ///
        /// The default is `objects`.
        public var name = "objects"
        /// The most idle objects that the pool keeps.
        ///
        /// The default is 256.
        public var maximumIdle = 256
        /// The size in bytes above which an object given back is let go, as `size` of ``Hooks`` tells it.
        ///
        /// The default is nil: every size is kept.
        public var maximumObjectSize: Int?
        /// How often ``ObjectPool/run()`` lets go of half of what was not needed.
        ///
        /// The default is 10 s.
        public var decayInterval: Duration = .seconds(10)
        /// The number of parts that threads use side by side, lowered to a power of two.
        ///
        /// The default is the number of processors.
        public var shardCount = Processors.count

        /// Makes a configuration of the defaults.
        public init() {}

        func validate() throws(MemoryError) {
            var problems = ConfigurationProblems()
            problems.require(maximumIdle >= 1, "maximumIdle must be at least 1")
            problems.require(maximumObjectSize ?? 0 >= 0, "maximumObjectSize must not be negative")
            problems.require(decayInterval > .zero, "decayInterval must be positive")
            problems.require(decayInterval <= ConfigurationProblems.longestWait, "decayInterval must not be over a day")
            problems.require((1...1024).contains(shardCount), "shardCount must be 1 to 1024")
            try problems.check()
        }
    }
}
