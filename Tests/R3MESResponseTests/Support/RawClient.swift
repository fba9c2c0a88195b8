// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import R3MESConcurrency

/// A client that shows what really came over the wire.
enum RawClient {
    /// Sends bytes to a server on this machine and reads until it closes the connection.
    @concurrent
    static func exchange(_ request: [UInt8], port: Int) async throws -> RawAnswer {
        try await withTimeout(.seconds(30)) {
            let channel = try await connect(port: port)
            return try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(bytes: request))
                var received = ByteBuffer()
                do {
                    for try await piece in inbound { received.writeImmutableBuffer(piece) }
                } catch is IOError {
                    // A reset ends the answer as well.
                }
                return try RawAnswer(Array(received.readableBytesView))
            }
        }
    }

    static func connect(port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: 16 << 10)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(inboundType: ByteBuffer.self, outboundType: ByteBuffer.self)
                    )
                }
            }
    }

    /// A request that asks the server to close afterwards.
    static func request(
        _ method: String = "GET",
        _ path: String = "/",
        _ headers: [(String, String)] = [],
        body: [UInt8] = []
    ) -> [UInt8] {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if !body.isEmpty { text += "Content-Length: \(body.count)\r\n" }
        return Array((text + "\r\n").utf8) + body
    }
}
