// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import R3MESResponse
import Testing

@Suite("Compression of answers")
struct CompressionMiddlewareTests {
    static let page =
        "["
        + (0..<100).map { #"{"wallet_address":"remes1user\#($0)","credits":"\#($0).5"}"# }
        .joined(separator: ",") + "]"

    /// Compression around conditions around routes, as a server would have it.
    static func router() throws -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: try CompressionMiddleware())
        router.add(middleware: ConditionalRequestMiddleware())
        @Sendable func page(_ fields: HTTPFields = [:], _ text: String = Self.page) -> Response {
            var headers: HTTPFields = [.contentType: "application/json; charset=utf-8", .eTag: "\"7\""]
            for field in fields { headers[field.name] = field.value }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        router.get("page") { _, _ in page() }
        router.get("weak") { _, _ in page([.eTag: "W/\"7\""]) }
        router.get("small") { _, _ in page([:], "{}") }
        router.get("image") { _, _ in page([.contentType: "image/png"]) }
        router.get("fixed") { _, _ in page([.cacheControl: "public, No-Transform"]) }
        router.get("packed") { _, _ in page([.contentEncoding: "gzip"]) }
        router.get("part") { _, _ in
            var response = page([.contentRange: "bytes 0-9/90"])
            response.status = .partialContent
            return response
        }
        router.group("secret").add(middleware: UncompressedRouteMiddleware()).get("page") { _, _ in page() }
        router.patch("page") { request, _ in
            try Preconditions(method: request.method, headers: request.headers).check(EntityTag("\"7\""))
            return Response(status: .noContent)
        }
        router.get("random") { _, _ in
            let bytes = (0..<4096).map { _ in UInt8.random(in: 0...255) }
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain"],
                body: .init(byteBuffer: ByteBuffer(bytes: bytes))
            )
        }
        return router
    }

    @Test("sends each coding, smaller, with its own tag", arguments: ContentCoding.compressing)
    func codings(coding: ContentCoding) async throws {
        let answer = try await answer("GET", "/page", [("Accept-Encoding", "\(coding)")], from: try Self.router())
        #expect(answer["content-encoding"] == "\(coding)")
        #expect(answer["vary"] == "Accept-Encoding")
        #expect(answer["etag"] == "\"7-\(coding)\"")
        #expect(answer["content-length"] == "\(answer.body.count)")
        #expect(answer.body.count * 5 < Self.page.utf8.count)
        #expect(String(decoding: try answer.decoded(), as: UTF8.self) == Self.page)
    }

    @Test("says Vary on the plain variant too, and keeps its tag")
    func plain() async throws {
        for headers in [[], [("Accept-Encoding", "identity")]] {
            let answer = try await answer("GET", "/page", headers, from: try Self.router())
            #expect(answer["vary"] == "Accept-Encoding" && answer["content-encoding"] == nil)
            #expect(answer["etag"] == "\"7\"" && answer.text == Self.page)
        }
    }

    @Test("keeps a weak tag as it is")
    func weakTag() async throws {
        let answer = try await answer("GET", "/weak", [("Accept-Encoding", "br")], from: try Self.router())
        #expect(answer["etag"] == "W/\"7\"" && answer["content-encoding"] == "br")
    }

    @Test("answers 304 to the tag of the variant, with that tag and Vary", arguments: ContentCoding.compressing)
    func notModified(coding: ContentCoding) async throws {
        let tag = "\"7-\(coding)\""
        let headers = [("Accept-Encoding", "\(coding)"), ("If-None-Match", "\"1\", \(tag)")]
        let answer = try await answer("GET", "/page", headers, from: try Self.router())
        #expect(answer.status == 304 && answer["etag"] == tag && answer["vary"] == "Accept-Encoding")
        #expect(answer["content-length"] == nil && answer["content-encoding"] == nil && answer.excess == 0)
    }

    @Test("doesn't take another variant's tag for its own")
    func otherVariant() async throws {
        let headers = [("Accept-Encoding", "gzip"), ("If-None-Match", "\"7-br\"")]
        #expect(try await answer("GET", "/page", headers, from: try Self.router()).status == 200)
        let plain = [("If-None-Match", "\"7-br\"")]
        #expect(try await answer("GET", "/page", plain, from: try Self.router()).status == 200)
    }

    @Test("lets a write through that was made of any variant")
    func ifMatch() async throws {
        for tag in ["\"7\"", "\"7-br\"", "\"7-zstd\""] {
            #expect(try await answer("PATCH", "/page", [("If-Match", tag)], from: try Self.router()).status == 204)
        }
        for tag in ["\"8\"", "\"8-br\"", "\"7-lzma\"", "W/\"7\""] {
            #expect(try await answer("PATCH", "/page", [("If-Match", tag)], from: try Self.router()).status == 412)
        }
    }

    @Test(
        "leaves alone what must not or need not be packed",
        arguments: ["small", "image", "fixed", "part", "secret/page"]
    )
    func leftAlone(path: String) async throws {
        let answer = try await answer("GET", "/\(path)", [("Accept-Encoding", "gzip")], from: try Self.router())
        #expect(answer["content-encoding"] == nil && answer["etag"] == "\"7\"")
        #expect(path == "small" ? answer.text == "{}" : answer.text == Self.page)
    }

    @Test("packs nothing twice")
    func twice() async throws {
        let packed = try await answer("GET", "/packed", [("Accept-Encoding", "br, gzip")], from: try Self.router())
        #expect(packed["content-encoding"] == "gzip" && packed.text == Self.page)
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: try CompressionMiddleware())
        router.add(middleware: try CompressionMiddleware())
        router.get("page") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain"],
                body: .init(byteBuffer: ByteBuffer(string: Self.page))
            )
        }
        let once = try await answer("GET", "/page", [("Accept-Encoding", "br")], from: router)
        #expect(try once["content-encoding"] == "br" && String(decoding: once.decoded(), as: UTF8.self) == Self.page)
    }

    @Test("sends plainly what would grow")
    func growth() async throws {
        let answer = try await answer("GET", "/random", [("Accept-Encoding", "gzip")], from: try Self.router())
        #expect(answer["content-encoding"] == nil && answer.body.count == 4096)
    }

    @Test("answers HEAD with the headers of GET and no body")
    func head() async throws {
        let headers = [("Accept-Encoding", "gzip")]
        let get = try await answer("GET", "/page", headers, from: try Self.router())
        let head = try await answer("HEAD", "/page", headers, from: try Self.router())
        for name in ["content-encoding", "content-length", "etag", "vary", "content-type"] {
            #expect(head[name] == get[name], "\(name)")
        }
        #expect(head.body.isEmpty && head.excess == 0)
    }

    @Test("refuses with 406 who refuses everything, and packs even little for who refuses the plain body")
    func identityRefused() async throws {
        let none = try await answer("GET", "/page", [("Accept-Encoding", "*;q=0")], from: try Self.router())
        #expect(none.status == 406 && none["content-type"] == "application/problem+json")
        let forced = try await answer(
            "GET",
            "/small",
            [("Accept-Encoding", "gzip, identity;q=0")],
            from: try Self.router()
        )
        #expect(forced["content-encoding"] == "gzip")
        #expect(String(decoding: try forced.decoded(), as: UTF8.self) == "{}")
    }

    @Test("refuses levels that a library doesn't have")
    func validation() {
        var configuration = CompressionMiddleware<BasicRequestContext>.Configuration()
        configuration.zstdLevels = CompressionLevels(idle: 22, busy: 1)
        configuration.minimumSize = -1
        let error = #expect(throws: ResponseError.self) {
            try CompressionMiddleware<BasicRequestContext>(configuration: configuration)
        }
        #expect(error?.message.contains("zstdLevels") == true && error?.message.contains("minimumSize") == true)
    }
}
