// SPDX-License-Identifier: Apache-2.0

extension ResilientClient {
    /// What a client has done since it was made, and how its connections stand.
    public struct Statistics: Hashable, Sendable {
        /// Calls that have ended.
        public let calls: Int
        /// Calls that ended with a ``NetworkError``.
        public let failedCalls: Int
        /// Calls that got an older answer because the server had failed.
        public let staleAnswers: Int
        /// Requests sent.
        public let tries: Int
        /// Of these, repeats after a failure.
        public let retries: Int
        /// Of these, second copies of slow requests.
        public let hedges: Int
        /// Hedges whose answer was used.
        public let hedgesWon: Int
        /// Bytes of bodies received.
        public let bytesReceived: Int
        /// Of these, bytes that no caller got: answers that were retried, hedges that lost, bodies that were cut or too
        /// large.
        public let bytesWasted: Int
        /// Connections made by the client's own pool; zero with a client given from outside, which tells nothing.
        public let connectionsOpened: Int
        /// Connections that stand.
        public let connectionsOpen: Int
        /// Connections that spoke HTTP/2.
        public let connectionsHTTP2: Int

        /// Requests sent per call: 1 when nothing had to be repeated.
        public var amplification: Double {
            calls == 0 ? 1 : Double(tries) / Double(calls)
        }
    }

    /// A snapshot; costs two short locked sections.
    public var statistics: Statistics {
        let counts = metrics.snapshot
        let connections = transport.connections
        return Statistics(
            calls: counts.calls,
            failedCalls: counts.failedCalls,
            staleAnswers: counts.staleAnswers,
            tries: counts.tries,
            retries: counts.retries,
            hedges: counts.hedges,
            hedgesWon: counts.hedgesWon,
            bytesReceived: counts.bytesReceived,
            bytesWasted: counts.bytesWasted,
            connectionsOpened: connections.opened,
            connectionsOpen: connections.open,
            connectionsHTTP2: connections.http2
        )
    }

    /// The breaker's state for the origin of an absolute URL; nil if the client has no breakers or does not know the
    /// host.
    public func circuitBreakerState(for url: String) -> CircuitBreaker.State? {
        Origin(of: url).flatMap { hosts.known($0) }?.breaker?.state
    }
}
