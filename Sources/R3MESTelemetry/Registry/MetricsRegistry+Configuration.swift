// SPDX-License-Identifier: Apache-2.0

extension MetricsRegistry {
    /// How a registry records and publishes.
    public struct Configuration: Sendable {
        /// What is known of the metrics: help texts, units, buckets.
        ///
        /// The default is the catalogue of this package.
        public var catalog = MetricCatalog.r3mes
        /// The upper edges of timers' buckets.
        ///
        /// Put one on each budget, and the share within it is exact. The default is 0.1 ms to 10 s, with the edges 1,
        /// 2.5 and 5 and those of this package's budgets.
        public var timerBuckets: [Duration] = [
            .microseconds(100), .microseconds(250), .microseconds(500), .milliseconds(1), .microseconds(2500),
            .milliseconds(5), .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100),
            .milliseconds(250), .milliseconds(500), .seconds(1), .milliseconds(2500), .seconds(5), .seconds(10),
        ]
        /// The upper edges of recorders' buckets.
        ///
        /// The default is 1 to 10,000 in steps of 1, 2 and 5.
        public var recorderBuckets: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
        /// From which duration on timers remember whose it was (see ``ExemplarLabels``).
        ///
        /// The default is 100 ms.
        public var exemplarThreshold: Duration = .milliseconds(100)
        /// How many series a metric may have.
        ///
        /// Further ones share one with the label `overflow="true"`. The default is 200.
        public var maximumSeriesPerMetric = 200
        /// How many metrics there may be.
        ///
        /// Further ones are not recorded, but counted as refused. The default is 1,000.
        public var maximumMetrics = 1_000
        /// Called at each scrape for what is read rather than recorded.
        ///
        /// The default is what the system tells of the process.
        public var collectors: [@Sendable () -> [MetricFamily]] = [ProcessSample.families]
        /// Expert settings.
        public var options = Options()

        /// Settings that hardly anybody changes.
        public struct Options: Sendable {
            /// How many copies of a series threads spread over, rounded up to a power of two.
            ///
            /// The default is twice the processors, at most 16. More cost memory, some kilobytes each for a timer.
            public var stripes = min(ThreadIndex.processors * 2, 16)

            /// The defaults.
            public init() {}
        }

        /// The defaults.
        public init() {}

        func validate() throws(TelemetryError) {
            var problems: [String] = []
            func check(_ isRight: Bool, _ problem: String) {
                if !isRight { problems.append(problem) }
            }
            check(maximumSeriesPerMetric >= 1, "maximumSeriesPerMetric must be at least 1")
            check(maximumMetrics >= 1, "maximumMetrics must be at least 1")
            check((1...1024).contains(options.stripes), "options.stripes must be from 1 to 1024")
            check(timerBuckets.allSatisfy { $0 > .zero }, "every edge in timerBuckets must be above zero")
            check(
                recorderBuckets.allSatisfy { $0 > 0 && $0.isFinite },
                "every edge in recorderBuckets must be above zero"
            )
            check((1...64).contains(timerBuckets.count), "timerBuckets must have 1 to 64 edges")
            check((1...64).contains(recorderBuckets.count), "recorderBuckets must have 1 to 64 edges")
            check(exemplarThreshold >= .zero, "exemplarThreshold must not be negative")
            let names = catalog.metrics.map(\.name)
            check(Set(names).count == names.count, "the catalogue must name every metric once")
            guard problems.isEmpty else {
                throw TelemetryError(.invalidConfiguration, problems.joined(separator: "; "))
            }
        }
    }
}
