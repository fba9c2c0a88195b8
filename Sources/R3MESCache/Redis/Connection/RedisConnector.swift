// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

/// Makes connections to one server: discovery, socket, TLS, handshake.
struct RedisConnector: Sendable {
    enum Source: Sendable {
        case fixed(RedisClient.Endpoint)
        case discovered(SentinelDiscovery)
    }

    let source: Source
    /// Nil if the connection isn't encrypted.
    let tls: NIOSSLContext?
    let handshake: Handshake
    let timeout: TimeAmount
    let parserLimits: RESPLimits

    /// Connects on the event loop; the receiver hears of answers when the future has succeeded, which is when the server is
    /// ready for commands.
    func connect(
        on eventLoop: any EventLoop,
        for receiver: any RESPReceiver & Sendable,
        epoch: Int
    ) -> EventLoopFuture<any Channel> {
        switch source {
        case .fixed(let endpoint):
            connect(to: endpoint, on: eventLoop, for: receiver, epoch: epoch)
        case .discovered(let discovery):
            discovery.findMaster(on: eventLoop).flatMap { master in
                connect(to: .host(master.name, port: master.port), on: eventLoop, for: receiver, epoch: epoch)
            }
        }
    }

    private func connect(
        to endpoint: RedisClient.Endpoint,
        on eventLoop: any EventLoop,
        for receiver: any RESPReceiver & Sendable,
        epoch: Int
    ) -> EventLoopFuture<any Channel> {
        let established = eventLoop.makePromise(of: Void.self)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 16_384, maximum: 65_536)
            )
            .channelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: endpoint.certificateName)
                        )
                    }
                    try pipeline.addHandler(
                        RESPHandler(
                            receiver: receiver,
                            epoch: epoch,
                            handshake: handshake,
                            limits: parserLimits,
                            established: established
                        )
                    )
                }
            }
        let connected: EventLoopFuture<any Channel> =
            switch endpoint.address {
            case .host(let host, let port): bootstrap.connect(host: host, port: port)
            case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
            case .sentinels: eventLoop.makeFailedFuture(CacheError(.unavailable, "sentinels are asked, not used"))
            }
        return connected.flatMap { channel in
            // A server that accepts and then says nothing must not hold anybody up either.
            let alarm = eventLoop.scheduleTask(in: timeout) {
                channel.close(promise: nil)
            }
            return established.futureResult.map {
                alarm.cancel()
                return channel
            }.flatMapErrorThrowing { error in
                alarm.cancel()
                channel.close(promise: nil)
                throw error
            }
        }.flatMapErrorThrowing { error in
            established.fail(error)
            throw Self.wrap(error)
        }
    }

    private static func wrap(_ error: any Error) -> CacheError {
        switch error {
        case let error as CacheError where error.code != .connectionLost: error
        default: CacheError(.unavailable, "no connection to Redis could be made", underlying: error)
        }
    }
}

extension RedisClient.Endpoint {
    /// The name to check a certificate against; nil for an address, which is no name that a server could choose one by.
    fileprivate var certificateName: String? {
        guard let host else { return nil }
        return (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }
}
