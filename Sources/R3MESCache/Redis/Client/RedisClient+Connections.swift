// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import NIOCore
import NIOSSL
import Synchronization

extension RedisConnector {
    init(_ configuration: RedisClient.Configuration, settings: [RedisCommand] = []) throws(CacheError) {
        timeout = TimeAmount(configuration.options.connectTimeout)
        let isDiscovered: Bool
        switch configuration.endpoint.address {
        case .host(let host):
            server = .host(host)
            isDiscovered = false
        case .unixSocket(let path):
            server = .unixSocket(path: path)
            isDiscovered = false
        case .sentinels(let sentinels):
            server = .discovered(
                SentinelDiscovery(
                    sentinels,
                    credentials: configuration.options.sentinelPassword.map { .init(password: $0) },
                    timeout: .nanoseconds(max(1, timeout.nanoseconds / Int64(max(1, sentinels.hosts.count))))
                )
            )
            isDiscovered = true
        }
        do {
            tls = try configuration.tls.map { try NIOSSLContext(configuration: $0) }
        } catch {
            throw CacheError(.invalidConfiguration, "the TLS configuration can't be used", underlying: error)
        }
        handshake = Handshake(
            credentials: configuration.password.map { .init(username: configuration.username, password: $0) },
            name: configuration.clientName,
            database: configuration.database,
            settings: settings,
            asksForRESP3: configuration.options.prefersRESP3,
            requiresMaster: isDiscovered
        )
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
