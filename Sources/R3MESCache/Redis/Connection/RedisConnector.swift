// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

/// Makes connections to one server: discovery, socket, TLS, handshake.
struct RedisConnector: Sendable {
    enum Server: Sendable {
        case host(RedisClient.Endpoint.Host)
        case unixSocket(path: String)
        /// The master that sentinels name.
        case discovered(SentinelDiscovery)
    }

    let server: Server
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
        @Sendable func connect(to host: RedisClient.Endpoint.Host) -> EventLoopFuture<any Channel> {
            self.connect(certificateName: host.certificateName, on: eventLoop, for: receiver, epoch: epoch) {
                $0.connect(host: host.name, port: host.port)
            }
        }
        return switch server {
        case .host(let host):
            connect(to: host)
        case .unixSocket(let path):
            self.connect(certificateName: nil, on: eventLoop, for: receiver, epoch: epoch) {
                $0.connect(unixDomainSocketPath: path)
            }
        case .discovered(let discovery):
            discovery.findMaster(on: eventLoop).flatMap(connect(to:))
        }
    }

    private func connect(
        certificateName: String?,
        on eventLoop: any EventLoop,
        for receiver: any RESPReceiver & Sendable,
        epoch: Int,
        by open: (ClientBootstrap) -> EventLoopFuture<any Channel>
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
                            NIOSSLClientHandler(context: tls, serverHostname: certificateName)
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
        return open(bootstrap).flatMap { channel in
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

extension RedisClient.Endpoint.Host {
    /// The name to check a certificate against; nil for an address, which is no name that a server could choose one by.
    fileprivate var certificateName: String? {
        (try? SocketAddress(ipAddress: name, port: 0)) == nil ? name : nil
    }
}
