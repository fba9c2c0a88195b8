// SPDX-License-Identifier: Apache-2.0

extension EndpointSet {
    /// The endpoints as a value: which are in, which are ejected and until when; no clock, no lock.
    struct State: Sendable {
        typealias Instant = ContinuousClock.Instant

        struct Endpoint: Sendable {
            var inFlight = 0
            var consecutiveFailures = 0
            /// The last outcomes, newest lowest; 1 is a failure.
            var history: UInt64 = 0
            var historyCount = 0
            var ejectedUntil: Instant?
            /// How many ejections the next one is to be lengthened by.
            var ejections = 0
            var lastReturn: Instant?
        }

        let configuration: Configuration
        private(set) var endpoints: [Endpoint]

        init(count: Int, configuration: Configuration) {
            self.configuration = configuration
            endpoints = Array(repeating: Endpoint(), count: count)
        }

        /// The endpoints that are ejected.
        func ejected(at now: Instant) -> [Int] {
            endpoints.indices.filter { isEjected($0, now) }
        }

        /// Chooses where to send a request: the one with fewer requests in flight of two chosen by chance ("power of
        /// two choices", Mitzenmacher 2001), not ejected and not in `avoided` as long as there is another.
        ///
        /// Nil only if all endpoints are avoided.
        mutating func pick(
            avoiding avoided: Set<Int>,
            now: Instant,
            using generator: inout some RandomNumberGenerator
        ) -> Int? {
            let open = endpoints.indices.filter { !avoided.contains($0) }
            let healthy = open.filter { !isEjected($0, now) }
            let candidates = healthy.isEmpty ? open : healthy
            guard let first = candidates.randomElement(using: &generator) else {
                return nil
            }
            var choice = first
            let others = candidates.filter { $0 != first }
            if let second = others.randomElement(using: &generator),
                endpoints[second].inFlight < endpoints[first].inFlight
            {
                choice = second
            }
            endpoints[choice].inFlight += 1
            return choice
        }

        /// A request has ended; `failed` is nil if it says nothing about the endpoint.
        ///
        /// True if that ejected the endpoint.
        mutating func end(_ index: Int, failed: Bool?, now: Instant) -> Bool {
            endpoints[index].inFlight -= 1
            guard let failed else {
                return false
            }
            readmitIfDue(index, now)
            guard endpoints[index].ejectedUntil == nil else {
                return false
            }
            endpoints[index].consecutiveFailures = failed ? endpoints[index].consecutiveFailures + 1 : 0
            endpoints[index].history = endpoints[index].history << 1 | (failed ? 1 : 0)
            endpoints[index].historyCount = min(endpoints[index].historyCount + 1, 64)
            guard failed, isOutlier(endpoints[index]), mayEject(now) else {
                return false
            }
            eject(index, now)
            return true
        }

        private func isEjected(_ index: Int, _ now: Instant) -> Bool {
            endpoints[index].ejectedUntil.map { now < $0 } ?? false
        }

        private func isOutlier(_ endpoint: Endpoint) -> Bool {
            if endpoint.consecutiveFailures >= configuration.consecutiveFailures {
                return true
            }
            let considered = min(configuration.minimumCalls, 64)
            guard endpoint.historyCount >= considered else {
                return false
            }
            let successes = endpoint.historyCount - endpoint.history.nonzeroBitCount
            return Double(successes) < configuration.minimumSuccessRate * Double(endpoint.historyCount)
        }

        private func mayEject(_ now: Instant) -> Bool {
            let out = ejected(at: now).count + 1
            return out < endpoints.count && Double(out) <= configuration.maximumEjected * Double(endpoints.count)
        }

        private mutating func eject(_ index: Int, _ now: Instant) {
            if let back = endpoints[index].lastReturn, back.duration(to: now) > configuration.maximumEjection {
                endpoints[index].ejections = 0
            }
            var duration = configuration.baseEjection
            for _ in 0..<min(endpoints[index].ejections, 64) where duration < configuration.maximumEjection {
                duration = min(duration * 2, configuration.maximumEjection)
            }
            endpoints[index].ejections += 1
            endpoints[index].ejectedUntil = now.advanced(by: duration)
        }

        /// An endpoint that comes back begins with a clean record, but one that fails again is out for longer.
        private mutating func readmitIfDue(_ index: Int, _ now: Instant) {
            guard let until = endpoints[index].ejectedUntil, now >= until else {
                return
            }
            endpoints[index].ejectedUntil = nil
            endpoints[index].lastReturn = until
            endpoints[index].consecutiveFailures = 0
            endpoints[index].history = 0
            endpoints[index].historyCount = 0
        }
    }
}
