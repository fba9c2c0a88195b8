// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import R3MESResponse
import Testing

@testable import R3MESService

@Suite("Endpoints")
struct EndpointsTests {
    static func respond(_ method: HTTPRequest.Method, _ path: String) async throws -> Response {
        let router = Router(context: ServiceRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ConventionsMiddleware(logger: Logger(label: "test")))
        var endpoints = Endpoints(router)
        endpoints.add(.get, "/v1/users") { _, _ in Response(status: .ok) }
        endpoints.add(.post, "/v1/users") { _, _ in Response(status: .created) }
        endpoints.add(.get, "/v1/users/{wallet}") { _, _ in Response(status: .ok) }
        endpoints.add(.post, "/v1/users/lookup") { _, _ in Response(status: .ok) }
        endpoints.refuseOtherMethods()
        return try await router.buildResponder().respond(to: .make(method, path), context: .make())
    }

    @Test(
        "answer the methods that they have",
        arguments: [
            (HTTPRequest.Method.get, "/v1/users"), (.head, "/v1/users"), (.post, "/v1/users"), (.get, "/v1/users/x"),
            (.head, "/v1/users/x"), (.post, "/v1/users/lookup"),
        ]
    )
    func known(method: HTTPRequest.Method, path: String) async throws {
        #expect(try await Self.respond(method, path).status.code < 300)
    }

    @Test(
        "refuse every other method, and name those that they have",
        arguments: [
            (HTTPRequest.Method.put, "/v1/users", "GET, HEAD, POST"), (.delete, "/v1/users", "GET, HEAD, POST"),
            (.patch, "/v1/users", "GET, HEAD, POST"), (.options, "/v1/users", "GET, HEAD, POST"),
            (.trace, "/v1/users", "GET, HEAD, POST"), (.post, "/v1/users/x", "GET, HEAD"),
            (.delete, "/v1/users/x", "GET, HEAD"), (.get, "/v1/users/lookup", "POST"),
            (.head, "/v1/users/lookup", "POST"),
        ]
    )
    func refused(method: HTTPRequest.Method, path: String, allow: String) async throws {
        let response = try await Self.respond(method, path)
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers[.allow] == allow)
        #expect(response.headers[.contentType] == "application/problem+json")
    }

    @Test("leave a path that is not there to be not found", arguments: ["/v1/user", "/", "/v1/users/x/y"])
    func missing(path: String) async throws {
        let response = try await Self.respond(.get, path)
        #expect(response.status == .notFound)
        #expect(try await response.text().contains("R3MES-1016"))
        #expect(response.headers[.requestID]?.count == 32)
    }
}
