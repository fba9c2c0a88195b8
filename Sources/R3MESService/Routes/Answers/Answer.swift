// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
package import NIOCore
import R3MESResponse

/// An answer whose bytes are complete, so that it can be kept and given again.
package struct Answer: Hashable, Sendable {
    /// The HTTP status.
    package var status: Int
    /// Where the created resource is.
    package var location: String?
    /// JSON, or problem+json when the status is an error's.
    package var body: ByteBuffer

    package init(status: Int, location: String? = nil, body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.location = location
        self.body = body
    }
}

extension Answer {
    var response: Response {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        headers[.location] = location
        if body.readableBytes > 0 {
            headers[.contentType] = status < 400 ? "application/json" : Problem.mediaType
        }
        return Response(status: .init(code: status), headers: headers, body: .init(byteBuffer: body))
    }
}

extension Response {
    /// A JSON answer that the closure writes.
    static func json(
        _ status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        capacity: Int = 512,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter(capacity: capacity)
        write(&json)
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: .init(byteBuffer: json.buffer))
    }
}
