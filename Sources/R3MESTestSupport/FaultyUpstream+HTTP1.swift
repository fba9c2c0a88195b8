// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix

extension FaultyUpstream {
    /// Reads requests with NIO's parser and writes raw bytes, since no encoder would let it lie.
    final class HTTP1Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        private let connection: Int
        private let recorder: Recorder
        private let script: Script
        private var head: HTTPRequestHead?
        private var unanswered = 0

        init(connection: Int, recorder: Recorder, script: @escaping Script) {
            self.connection = connection
            self.recorder = recorder
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
            case .body:
                break
            case .end:
                guard let head else {
                    return
                }
                let request = SeenRequest(head, connection: connection)
                unanswered += 1
                perform(
                    script(recorder.received(request), request),
                    NIOLoopBound((self, context), eventLoop: context.eventLoop)
                )
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            for _ in 0..<unanswered {
                recorder.abandoned()
            }
            unanswered = 0
        }

        /// Keeps the connection, so that a client that speaks something else waits in vain.
        func errorCaught(context: ChannelHandlerContext, error: any Error) {}

        private func perform(_ behavior: Behavior, _ bound: NIOLoopBound<(HTTP1Handler, ChannelHandlerContext)>) {
            let (_, context) = bound.value
            guard context.channel.isActive else {
                return
            }
            switch behavior {
            case .answer(let status, let body, let fields):
                finish(context, Self.head(status, length: body.utf8.count, fields) + body)
            case .held(let then):
                let eventLoop = context.eventLoop
                recorder.hold { eventLoop.execute { bound.value.0.perform(then, bound) } }
            case .delayed(let delay, let then):
                context.eventLoop.scheduleTask(in: TimeAmount(delay)) { bound.value.0.perform(then, bound) }
            case .never:
                break
            case .cut(let body, let count):
                send(context, Self.head(200, length: body.utf8.count) + String(body.prefix(count)))
                unanswered -= 1
                context.close(promise: nil)
            case .trickle(let body, let piece, let pause):
                send(context, Self.head(200, length: body.utf8.count))
                trickle(body[...], piece, pause, bound)
            case .lie(let announced, let body):
                finish(context, Self.head(200, length: announced) + body)
            case .reset:
                unanswered -= 1
                let channel = context.channel
                (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                    .whenComplete { _ in channel.close(promise: nil) }
            case .close:
                unanswered -= 1
                context.close(promise: nil)
            case .raw(let bytes):
                finish(context, bytes)
            }
        }

        private func trickle(
            _ rest: Substring,
            _ piece: Int,
            _ pause: Duration,
            _ bound: NIOLoopBound<(HTTP1Handler, ChannelHandlerContext)>
        ) {
            let context = bound.value.1
            guard context.channel.isActive else {
                return
            }
            guard rest.count > piece else {
                finish(context, String(rest))
                return
            }
            send(context, String(rest.prefix(piece)))
            context.eventLoop.scheduleTask(in: TimeAmount(pause)) {
                bound.value.0.trickle(rest.dropFirst(piece), piece, pause, bound)
            }
        }

        private func finish(_ context: ChannelHandlerContext, _ text: String) {
            unanswered -= 1
            send(context, text)
        }

        private func send(_ context: ChannelHandlerContext, _ text: String) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }

        private static func head(_ status: Int, length: Int, _ fields: [String: String] = [:]) -> String {
            let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
            return "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(length)\r\n\(lines)\r\n"
        }
    }
}

extension FaultyUpstream.SeenRequest {
    init(_ head: HTTPRequestHead, connection: Int) {
        let fields = head.headers.map { ($0.name.lowercased(), $0.value) }
        self.init(
            method: head.method.rawValue,
            path: head.uri,
            fields: Dictionary(fields) { first, _ in first },
            connection: connection
        )
    }
}
