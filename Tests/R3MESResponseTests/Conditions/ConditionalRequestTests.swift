// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import R3MESResponse
import Synchronization
import Testing

@Suite("Conditional requests")
struct ConditionalRequestTests {
    private final class Calls: Sendable {
        let count = Atomic<Int>(0)
    }

    private func router(
        _ middleware: ConditionalRequestMiddleware<BasicRequestContext>,
        _ calls: Calls = Calls(),
        tag: String? = "\"7\""
    ) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: middleware)
        for method: HTTPRequest.Method in [.get, .put] {
            router.on("thing", method: method) { _, _ in
                calls.count.add(1, ordering: .relaxed)
                var headers: HTTPFields = [
                    .contentType: "text/plain", .cacheControl: "max-age=5", .vary: "Accept", .contentLanguage: "en",
                ]
                headers[.eTag] = tag
                return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: "thing")))
            }
        }
        return router
    }

    @Test("answers 304 with what a cache needs, and nothing of a body")
    func notModified() async throws {
        let answer = try await answer("GET", "/thing", [("If-None-Match", "W/\"7\"")], from: router(.init()))
        #expect(answer.status == 304 && answer["etag"] == "\"7\"" && answer["cache-control"] == "max-age=5")
        #expect(answer["vary"] == "Accept" && answer["date"] != nil)
        #expect(answer["content-length"] == nil && answer["content-type"] == nil && answer["content-language"] == nil)
        #expect(answer["transfer-encoding"] == nil && answer.excess == 0)
    }

    @Test("answers as ever to other tags, and 412 to a read of another state")
    func others() async throws {
        #expect(try await answer("GET", "/thing", [("If-None-Match", "\"8\"")], from: router(.init())).text == "thing")
        let failed = try await answer("GET", "/thing", [("If-Match", "\"8\"")], from: router(.init()))
        #expect(failed.status == 412 && failed["etag"] == "\"7\"")
        // A write passes without a validator: only the route can say.
        #expect(try await answer("PUT", "/thing", [("If-Match", "\"8\"")], from: router(.init())).status == 200)
    }

    @Test("asks the validator before the route, which is then not called for 304 and 412")
    func validator() async throws {
        let calls = Calls()
        let middleware = ConditionalRequestMiddleware<BasicRequestContext> { request, _ in
            request.uri.queryParameters["missing"] != nil ? .missing : EntityTag("\"7\"").map { .tag($0) } ?? .unknown
        }
        let router = router(middleware, calls)
        #expect(try await answer("GET", "/thing", [("If-None-Match", "\"7\"")], from: router).status == 304)
        #expect(try await answer("PUT", "/thing", [("If-Match", "\"8\"")], from: router).status == 412)
        #expect(try await answer("PUT", "/thing", [("If-None-Match", "*")], from: router).status == 412)
        #expect(try await answer("PUT", "/thing?missing=1", [("If-Match", "*")], from: router).status == 412)
        #expect(calls.count.load(ordering: .relaxed) == 0)
        #expect(try await answer("PUT", "/thing", [("If-Match", "\"7\"")], from: router).status == 200)
        #expect(try await answer("PUT", "/thing?missing=1", [("If-None-Match", "*")], from: router).status == 200)
        #expect(calls.count.load(ordering: .relaxed) == 2)
    }

    @Test("makes a tag of the bytes if told to, and up to the size told")
    func hashing() async throws {
        let hashed = try await answer("GET", "/thing", from: router(.init(maximumHashedSize: 100), tag: nil))
        let tag = try #require(hashed["etag"])
        #expect(hashed.text == "thing")
        let again = try await answer(
            "GET",
            "/thing",
            [("If-None-Match", tag)],
            from: router(.init(maximumHashedSize: 100), tag: nil)
        )
        #expect(again.status == 304)
        #expect(try await answer("GET", "/thing", from: router(.init(maximumHashedSize: 4), tag: nil))["etag"] == nil)
    }
}
