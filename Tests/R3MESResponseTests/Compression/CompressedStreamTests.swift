// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import R3MESConcurrency
import R3MESResponse
import Testing

@Suite("Compression of streams")
struct CompressedStreamTests {
    @Test("has each piece at the client before the next one is written", arguments: ContentCoding.compressing)
    func flush(coding: ContentCoding) async throws {
        let (steps, step) = AsyncStream.makeStream(of: Void.self)
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: try CompressionMiddleware())
        router.get("stream") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/event-stream"],
                body: .init { writer in
                    try await writer.write(ByteBuffer(string: "data: first\n\n"))
                    // Goes on only when the client says that it has read the first.
                    for await _ in steps { break }
                    try await writer.write(ByteBuffer(string: "data: second\n\n"))
                    try await writer.finish(nil)
                }
            )
        }
        let text = try await withServer(router) { port in
            try await withTimeout(.seconds(30)) {
                let request = RawClient.request("GET", "/stream", [("Accept-Encoding", "\(coding)")])
                return try await RawClient.connect(port: port).executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(bytes: request))
                    var received: [UInt8] = []
                    var hasAnswered = false
                    for try await piece in inbound {
                        received += Array(piece.readableBytesView)
                        guard !hasAnswered, let answer = try? RawAnswer(received), !answer.body.isEmpty else {
                            continue
                        }
                        let soFar = try Codecs.decode(answer.body, coding, isWhole: false)
                        if String(decoding: soFar, as: UTF8.self) == "data: first\n\n" {
                            hasAnswered = true
                            step.yield()
                        }
                    }
                    let answer = try RawAnswer(received)
                    #expect(answer.isComplete && answer["content-length"] == nil && answer["vary"] == "Accept-Encoding")
                    return String(decoding: try answer.decoded(), as: UTF8.self)
                }
            }
        }
        #expect(text == "data: first\n\ndata: second\n\n")
    }

    @Test("breaks off when the route does")
    func failure() async throws {
        struct Broken: Error {}
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: try CompressionMiddleware())
        router.get("stream") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain"],
                body: .init { writer in
                    try await writer.write(ByteBuffer(string: "one"))
                    throw Broken()
                }
            )
        }
        let answer = try await answer("GET", "/stream", [("Accept-Encoding", "gzip")], from: router)
        #expect(answer.status == 200 && !answer.isComplete)
    }
}
