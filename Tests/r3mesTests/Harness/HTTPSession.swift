// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// Requests to one service, with one key or none.
struct HTTPSession: Sendable {
    let client: HTTPClient
    let url: String
    let key: String?

    /// Sends a request and checks what every answer has: a request ID and where the time went.
    ///
    /// - Parameter body: JSON, unless the headers name another type.
    func send(
        _ method: HTTPMethod,
        _ path: String,
        headers: [String: String] = [:],
        body: String? = nil
    ) async throws -> HTTPAnswer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let key {
            request.headers.add(name: "X-API-Key", value: key)
        }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        for (name, value) in headers {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        let response = try await client.execute(request, timeout: .seconds(60))
        let answer = HTTPAnswer(
            status: Int(response.status.code),
            headers: response.headers,
            body: Data(try await response.body.collect(upTo: 16 << 20).readableBytesView),
            path: String(path.prefix { $0 != "?" })
        )
        try #require(answer["X-Request-ID"] != nil, "\(method) \(path)")
        try #require(answer["Server-Timing"]?.contains("total;dur=") == true, "\(method) \(path)")
        return answer
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> HTTPAnswer {
        try await send(.GET, path, headers: headers)
    }

    func delete(_ path: String) async throws -> HTTPAnswer {
        try await send(.DELETE, path)
    }

    /// Posts JSON.
    ///
    /// - Parameter idempotencyKey: Makes the request safe to repeat.
    func post(
        _ path: String,
        _ body: some Encodable,
        idempotencyKey: String? = nil
    ) async throws -> HTTPAnswer {
        var headers: [String: String] = [:]
        headers["Idempotency-Key"] = idempotencyKey
        return try await send(.POST, path, headers: headers, body: JSON.encode(body))
    }
}
