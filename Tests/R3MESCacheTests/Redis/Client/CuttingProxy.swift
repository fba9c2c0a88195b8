// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// Passes on what client and server say, and cuts the connection after so many bytes of the server's, perhaps within an answer.
final class CuttingProxy: Sendable {
    let port: Int
    private let channel: any Channel

    init(to server: Int, cutAfter bytes: Int) async throws {
        let budget = BudgetBox(bytes)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelInitializer { upstream in
                        upstream.eventLoop.makeCompletedFuture {
                            try upstream.pipeline.syncOperations.addHandler(Relay(to: client, budget: budget))
                        }
                    }
                    .connect(host: "127.0.0.1", port: server)
                    .flatMap { upstream in
                        client.pipeline.addHandler(Relay(to: upstream, budget: nil))
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.channel = channel
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws {
        try await channel.close()
    }

    final class BudgetBox: Sendable {
        private let bytes: Mutex<Int>

        init(_ bytes: Int) {
            self.bytes = Mutex(bytes)
        }

        /// How many of so many bytes still go through; after the cut all do.
        func take(_ count: Int) -> (passed: Int, cuts: Bool) {
            bytes.withLock { bytes in
                guard bytes > 0 else { return (count, false) }
                defer { bytes -= count }
                return count >= bytes ? (bytes, true) : (count, false)
            }
        }
    }

    final class Relay: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let other: any Channel
        private let budget: BudgetBox?

        init(to other: any Channel, budget: BudgetBox?) {
            self.other = other
            self.budget = budget
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            guard let (passed, cuts) = budget?.take(bytes.readableBytes) else {
                other.writeAndFlush(bytes, promise: nil)
                return
            }
            other.writeAndFlush(bytes.readSlice(length: passed) ?? ByteBuffer(), promise: nil)
            if cuts {
                other.close(promise: nil)
                context.close(promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            other.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
