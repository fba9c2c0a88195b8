// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2
import NIOSSL

extension FaultyUpstream {
    /// What makes a connection ready: HTTP/1.1 alone, or TLS and whichever version the client prefers.
    static func initializer(
        tls: Bool,
        recorder: Recorder,
        script: @escaping Script
    ) throws -> @Sendable (any Channel, Int) throws -> Void {
        let addHTTP1 = { @Sendable (channel: any Channel, number: Int) throws in
            let sync = channel.pipeline.syncOperations
            try sync.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
            try sync.addHandler(HTTP1Handler(connection: number, recorder: recorder, script: script))
        }
        guard tls else {
            return addHTTP1
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(privateKey.utf8), format: .pem))
        )
        configuration.applicationProtocols = ["h2", "http/1.1"]
        let context = try NIOSSLContext(configuration: configuration)
        return { channel, number in
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            _ = channel.configureHTTP2SecureUpgrade(
                h2ChannelConfigurator: { channel in
                    channel.configureHTTP2Pipeline(mode: .server) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            try stream.pipeline.syncOperations.addHandler(
                                HTTP2StreamHandler(connection: number, recorder: recorder, script: script)
                            )
                        }
                    }
                    .map { _ in }
                },
                http1ChannelConfigurator: { channel in
                    channel.eventLoop.makeCompletedFuture { try addHTTP1(channel, number) }
                }
            )
        }
    }

    /// One HTTP/2 stream.
    ///
    /// Knows only the behaviours that make sense there: answer, hold, delay, never, reset.
    final class HTTP2StreamHandler: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame.FramePayload
        typealias OutboundOut = HTTP2Frame.FramePayload

        private let connection: Int
        private let recorder: Recorder
        private let script: Script
        private var fields: [String: String] = [:]

        init(connection: Int, recorder: Recorder, script: @escaping Script) {
            self.connection = connection
            self.recorder = recorder
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let endStream: Bool
            switch unwrapInboundIn(data) {
            case .headers(let headers):
                for field in headers.headers {
                    fields[field.name] = field.value
                }
                endStream = headers.endStream
            case .data(let data):
                endStream = data.endStream
            default:
                return
            }
            guard endStream else {
                return
            }
            let request = SeenRequest(
                method: fields[":method"] ?? "",
                path: fields[":path"] ?? "",
                fields: fields,
                connection: connection
            )
            perform(
                script(recorder.received(request), request),
                NIOLoopBound((self, context), eventLoop: context.eventLoop)
            )
        }

        private func perform(_ behavior: Behavior, _ bound: NIOLoopBound<(HTTP2StreamHandler, ChannelHandlerContext)>) {
            let context = bound.value.1
            switch behavior {
            case .answer(let status, let body, let fields):
                var headers = HPACKHeaders([(":status", "\(status)"), ("content-length", "\(body.utf8.count)")])
                for (name, value) in fields {
                    headers.add(name: name.lowercased(), value: value)
                }
                let head = HTTP2Frame.FramePayload.headers(.init(headers: headers))
                let data = HTTP2Frame.FramePayload.data(
                    .init(data: .byteBuffer(ByteBuffer(string: body)), endStream: true)
                )
                context.write(wrapOutboundOut(head), promise: nil)
                context.writeAndFlush(wrapOutboundOut(data), promise: nil)
            case .held(let then):
                let eventLoop = context.eventLoop
                recorder.hold { eventLoop.execute { bound.value.0.perform(then, bound) } }
            case .delayed(let delay, let then):
                context.eventLoop.scheduleTask(in: TimeAmount(delay)) { bound.value.0.perform(then, bound) }
            case .reset:
                context.writeAndFlush(wrapOutboundOut(.rstStream(.refusedStream)), promise: nil)
            case .never, .cut, .trickle, .lie, .close, .raw:
                break
            }
        }
    }
}
