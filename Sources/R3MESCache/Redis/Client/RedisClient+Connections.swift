// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import NIOCore
import NIOSSL
import Synchronization

extension RedisConnector {
    init(_ configuration: RedisClient.Configuration, settings: [RedisCommand] = []) throws(CacheError) {
        endpoint = configuration.endpoint
        do {
            tls = try configuration.tls.map { tls in
                let context = try NIOSSLContext(configuration: tls)
                let host = configuration.endpoint.host
                // An address is no name that a server could choose a certificate by.
                let isAddress = host.map { (try? SocketAddress(ipAddress: $0, port: 0)) != nil } ?? true
                return (context, isAddress ? nil : host)
            }
        } catch {
            throw CacheError(.invalidConfiguration, "the TLS configuration can't be used", underlying: error)
        }
        handshake = Handshake(
            credentials: configuration.password.map { .init(username: configuration.username, password: $0) },
            name: configuration.clientName,
            database: configuration.database,
            settings: settings,
            asksForRESP3: configuration.options.prefersRESP3
        )
        timeout = TimeAmount(configuration.options.connectTimeout)
        var limits = RESPLimits()
        limits.size = configuration.options.maximumAnswerBytes
        limits.bulkLength = min(limits.bulkLength, limits.size)
        parserLimits = limits
    }
}

extension SharedConnection {
    convenience init(
        connector: RedisConnector,
        _ configuration: RedisClient.Configuration,
        reconnects: Bool = true,
        events: ConnectionEvents
    ) {
        let options = configuration.options
        self.init(
            connector: connector,
            eventLoop: options.eventLoopGroup.next(),
            limits: ConnectionLimits(
                commands: options.maximumCommands,
                bytes: options.maximumQueuedBytes,
                unavailableAfter: TimeAmount(options.unavailableAfter)
            ),
            backoff: Backoff(base: options.reconnectDelay, maximum: options.maximumReconnectDelay),
            healthCheckInterval: TimeAmount(options.healthCheckInterval),
            reconnects: reconnects,
            events: events
        )
    }
}

extension ConnectionEvents {
    /// Logs and counts; addresses and the server's words stay out of the log's messages.
    init(logger: Logger, metrics: RedisMetrics) {
        connected = {
            metrics.connects.increment()
            logger.debug("connected to Redis")
        }
        lost = { error in
            metrics.losses.increment()
            logger.warning("lost a connection to Redis", metadata: ["error": "\(error)"])
        }
        failed = { error in
            metrics.connectFailures.increment()
            logger.warning("no connection to Redis", metadata: ["error": "\(error)"])
        }
    }
}
