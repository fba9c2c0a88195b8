// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

extension Host {
    /// A host under the client's settings, which have been checked.
    convenience init(_ configuration: ResilientClient.Configuration, timeline: Timeline) throws(NetworkError) {
        let bulkhead: ConcurrencyLimiter
        do {
            bulkhead = try timeline.makeLimiter(
                .init(
                    limit: configuration.bulkhead.maximumInFlight,
                    maximumWaiting: configuration.bulkhead.maximumWaiting,
                    name: configuration.name
                )
            )
        } catch {
            throw NetworkError(.invalidConfiguration, error.message, mayHaveBeenSent: false, underlying: error)
        }
        self.init(
            breaker: configuration.circuitBreaker.map { CircuitBreaker($0, timeline: timeline) },
            bulkhead: bulkhead
        )
    }
}
