// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESResponse

@Suite("Decompression of requests")
struct DecompressionMiddlewareTests {
    private func router(_ limits: DecompressionLimits = .init()) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: DecompressionMiddleware(limits: limits))
        router.post("echo") { request, _ in
            #expect(request.headers[.contentEncoding] == nil)
            var request = request
            return Response(status: .ok, body: .init(byteBuffer: try await request.collectBody(upTo: 512 << 20)))
        }
        router.post("count") { request, _ in
            var count = 0
            for try await piece in request.body { count += piece.readableBytes }
            return "\(count)"
        }
        return router
    }

    @Test("gives the route the plain body", arguments: ContentCoding.allCases)
    func plain(coding: ContentCoding) async throws {
        var generator = SeededGenerator()
        let bytes = generator.packable(maximumCount: 300_000) + [1]
        let packed = try Codecs.encode(bytes, coding)
        let answer = try await answer(
            "POST",
            "/echo",
            [("Content-Encoding", coding.description.uppercased())],
            body: packed,
            from: router()
        )
        #expect(answer.status == 200 && answer.body == bytes, "seed \(generator.seed)")
    }

    @Test("stops a body that grows too much, before it has grown", arguments: ContentCoding.compressing)
    func ratio(coding: ContentCoding) async throws {
        let bomb = try Codecs.encode([UInt8](repeating: 0, count: 64 << 20), coding)
        let answer = try await answer("POST", "/count", [("Content-Encoding", "\(coding)")], body: bomb, from: router())
        #expect(answer.status == 413 && answer["content-type"] == "application/problem+json", "\(bomb.count)")
    }

    @Test("stops a body at its largest size, however it grows", arguments: ContentCoding.compressing)
    func size(coding: ContentCoding) async throws {
        var limits = DecompressionLimits()
        limits.maximumSize = 100_000
        let fits = try Codecs.encode([UInt8](repeating: 7, count: 60_000), coding)
        var generator = SeededGenerator()
        let large = try Codecs.encode(generator.bytes(count: 100_001), coding)
        let headers = [("Content-Encoding", "\(coding)")]
        #expect(try await answer("POST", "/count", headers, body: fits, from: router(limits)).text == "60000")
        #expect(try await answer("POST", "/count", headers, body: large, from: router(limits)).status == 413)
    }

    @Test("never holds more than one piece of 64 KiB")
    func pieces() async throws {
        let packed = try Codecs.encode([UInt8](repeating: 1, count: 5 << 20), .zstd)
        var limits = DecompressionLimits()
        limits.maximumRatio = 1_000_000
        let body = DecodingBody(body: RequestBody(buffer: ByteBuffer(bytes: packed)), coding: .zstd, limits: limits)
        var total = 0
        for try await piece in body {
            #expect(piece.readableBytes <= 64 << 10)
            total += piece.readableBytes
        }
        #expect(total == 5 << 20)
    }

    @Test("refuses damaged and broken bodies with 400, and unknown codings with 415 and what is known")
    func malformed() async throws {
        let packed = try Codecs.encode(Array("hello, world".utf8), .gzip)
        let headers = [("Content-Encoding", "gzip")]
        #expect(try await answer("POST", "/echo", headers, body: packed.dropLast(3) + [], from: router()).status == 400)
        #expect(try await answer("POST", "/echo", headers, body: [1, 2, 3, 4], from: router()).status == 400)
        #expect(try await answer("POST", "/echo", headers, body: packed + packed, from: router()).status == 200)
        for coding in ["compress", "gzip, gzip", "gzip, br", "é"] {
            let answer = try await answer("POST", "/echo", [("Content-Encoding", coding)], body: packed, from: router())
            #expect(answer.status == 415 && answer["accept-encoding"] == "zstd, br, gzip, deflate", "\(coding)")
        }
    }

    @Test("counts the allowance without overflow")
    func allowance() {
        var limits = DecompressionLimits()
        #expect(limits.allowance(for: 0) == 64 << 10)
        #expect(limits.allowance(for: 1000) == 100_000)
        #expect(limits.allowance(for: .max) == limits.maximumSize)
        limits.maximumRatio = 0
        #expect(limits.allowance(for: 1 << 20) == 1 << 20)
    }
}
