// SPDX-License-Identifier: Apache-2.0

extension BufferPool {
    /// Bounds and times of a ``BufferPool``.
    public struct Configuration: Sendable {
        /// The label of the pool in its metrics.
        ///
        /// The default is `buffers`.
        public var name = "buffers"
        /// The capacity of the smallest class in bytes, raised to a power of two.
        ///
        /// The default is 4 KiB.
        public var minimumCapacity = 4 << 10
        /// The capacity of the largest class in bytes, raised to a power of two.
        ///
        /// Larger buffers are never kept. The default is 1 MiB.
        public var maximumCapacity = 1 << 20
        /// The most bytes that idle buffers hold; each class has an equal share.
        ///
        /// The default is 64 MiB.
        public var maximumIdleBytes = 64 << 20
        /// How often ``BufferPool/run()`` lets go of half of what was not needed.
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
            problems.require(minimumCapacity >= 1, "minimumCapacity must be at least 1")
            problems.require(maximumCapacity >= minimumCapacity, "maximumCapacity must not be under minimumCapacity")
            problems.require(maximumCapacity <= 1 << 30, "maximumCapacity must not be over 1 GiB")
            problems.require(
                maximumIdleBytes / 64 >= maximumCapacity,
                "maximumIdleBytes must be at least 64 times maximumCapacity, so that each class can hold some"
            )
            problems.require(decayInterval > .zero, "decayInterval must be positive")
            problems.require(decayInterval <= ConfigurationProblems.longestWait, "decayInterval must not be over a day")
            problems.require((1...1024).contains(shardCount), "shardCount must be 1 to 1024")
            try problems.check()
        }
    }
}
