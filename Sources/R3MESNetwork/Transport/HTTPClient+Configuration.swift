// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore

extension HTTPClient.Configuration {
    /// The settings for a client of our own.
    ///
    /// AsyncHTTPClient's own repetition of failed connections is off, so that every attempt is one of the retry policy
    /// and of the budget; so are redirects, which would leave the host whose breaker and bulkhead were asked.
    init(_ configuration: ResilientClient.Configuration, counter: ConnectionCounter) {
        var timeout = Timeout()
        timeout.connect = TimeAmount(configuration.timeouts.connect)
        timeout.read = TimeAmount(configuration.timeouts.read)
        var pool = ConnectionPool(idleTimeout: TimeAmount(configuration.options.idleConnection))
        pool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.bulkhead.maximumInFlight
        pool.retryConnectionEstablishment = false
        self.init(
            tlsConfiguration: configuration.tls,
            redirectConfiguration: .disallow,
            timeout: timeout,
            connectionPool: pool
        )
        counter.attach(to: &self)
    }
}
