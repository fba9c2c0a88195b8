// SPDX-License-Identifier: Apache-2.0

extension BatchSizeTuner {
    /// The bounds of a ``BatchSizeTuner``.
    public struct Configuration: Hashable, Sendable {
        /// The smallest size that is tried.
        ///
        /// The default is 10.
        public var minimumSize = 10
        /// The largest size that is tried.
        ///
        /// The default is 1,000.
        public var maximumSize = 1000
        /// The size that is tried first.
        ///
        /// The default is nil: the geometric mean of the bounds.
        public var initialSize: Int?
        /// How long a batch may take, most of the time.
        ///
        /// Sizes that take longer are not used, however good their throughput. The default is nil: as long as it takes.
        public var latencyLimit: Duration?

        /// Makes a configuration of the defaults.
        public init() {}

        /// Makes a configuration with these bounds.
        public init(sizes: ClosedRange<Int>, latencyLimit: Duration? = nil) {
            minimumSize = sizes.lowerBound
            maximumSize = sizes.upperBound
            self.latencyLimit = latencyLimit
        }

        var firstSize: Int {
            let mean = (Double(minimumSize) * Double(maximumSize)).squareRoot().rounded()
            return max(minimumSize, min(maximumSize, initialSize ?? Int(mean)))
        }

        func validate() throws(BatchError) {
            var problems = ConfigurationProblems()
            problems.require(minimumSize >= 1, "minimumSize must be at least 1")
            problems.require(maximumSize >= minimumSize, "maximumSize must not be under minimumSize")
            problems.require(maximumSize <= 1 << 40, "maximumSize must not be over 2^40")
            problems.require(latencyLimit ?? .seconds(1) > .zero, "latencyLimit must be positive")
            try problems.check()
        }
    }
}
