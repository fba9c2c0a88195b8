// SPDX-License-Identifier: Apache-2.0

extension RetryBudget {
    /// The budget as a value: two balances, no clock, no lock.
    ///
    /// A withdrawal is taken from both balances and granted if either held a whole token. So the two allowances do not
    /// add up: extra requests stay below the greater of `ratio × calls` and `reserve + reservePerSecond × time`, and
    /// what the reserve gave to a quiet client is paid back out of its calls when it becomes a busy one.
    struct State: Sendable {
        typealias Instant = ContinuousClock.Instant

        let configuration: Configuration
        private(set) var earned: Double = 0
        private(set) var reserve: Double
        private var lastRefill: Instant

        init(_ configuration: Configuration, now: Instant) {
            self.configuration = configuration
            reserve = configuration.reserve
            lastRefill = now
        }

        /// A call begins.
        mutating func deposit() {
            earned = min(earned + configuration.ratio, configuration.capacity)
        }

        /// Asks for one extra request.
        mutating func withdraw(now: Instant) -> Bool {
            refill(now: now)
            guard earned >= 1 || reserve >= 1 else {
                return false
            }
            earned = max(earned - 1, -configuration.reserve)
            reserve = max(reserve - 1, 0)
            return true
        }

        /// An extra request that was granted did not take place.
        mutating func refund() {
            earned = min(earned + 1, configuration.capacity)
            reserve = min(reserve + 1, configuration.reserve)
        }

        private mutating func refill(now: Instant) {
            let elapsed = lastRefill.duration(to: now)
            guard elapsed > .zero else {
                return
            }
            lastRefill = now
            reserve = min(reserve + configuration.reservePerSecond * (elapsed / .seconds(1)), configuration.reserve)
        }
    }
}
