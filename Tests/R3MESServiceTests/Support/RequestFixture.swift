// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization

@testable import R3MESService

extension Request {
    /// A request that came from nowhere.
    static func make(_ method: HTTPRequest.Method = .get, _ path: String, headers: HTTPFields = [:]) -> Request {
        Request(
            head: HTTPRequest(method: method, scheme: "http", authority: "test", path: path, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer())
        )
    }
}

extension ServiceRequestContext {
    /// What is known of a request that came from nowhere.
    static func make(_ principal: Principal = .unchecked, key: APIKey.Secret? = nil) -> ServiceRequestContext {
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test"))
        var context = ServiceRequestContext(source: source)
        context.requestID = "test-request"
        context.principal = principal
        context.presentedKey = key
        return context
    }
}

extension Response {
    /// The whole body as text.
    func text() async throws -> String {
        let writer = CollectingWriter()
        try await body.write(writer)
        return String(buffer: writer.collected.withLock { $0 })
    }
}

/// Keeps what is written.
private final class CollectingWriter: ResponseBodyWriter {
    let collected = Mutex(ByteBuffer())

    func write(_ buffer: ByteBuffer) async throws {
        collected.withLock { _ = $0.writeImmutableBuffer(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
