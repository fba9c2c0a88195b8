// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import R3MESResponse

/// An error as `application/problem+json` (RFC 9457).
enum Problem {
    static let mediaType = "application/problem+json"

    /// The body: the public half of the error and nothing else.
    static func body(of error: ServiceError, path: String, requestID: String) -> ByteBuffer {
        var json = JSONWriter(capacity: 384)
        json.object { json in
            json.member("type", plain: "urn:r3mes:problem:\(error.code)")
            json.member("title", error.code.title)
            json.member("status", error.code.status)
            json.member("detail", error.detail)
            json.member("instance", path)
            json.member("code", plain: error.code)
            if !error.fieldErrors.isEmpty {
                json.member("errors") { json in
                    json.array(error.fieldErrors) { json, field in
                        json.object { json in
                            json.member("field", field.field)
                            json.member("reason", field.reason)
                        }
                    }
                }
            }
            json.member("request_id", requestID)
        }
        return json.buffer
    }

    static func response(for error: ServiceError, path: String, requestID: String) -> Response {
        var headers: HTTPFields = [.contentType: mediaType, .cacheControl: "no-store"]
        if error.code.status == 401 {
            headers[.wwwAuthenticate] = "Bearer realm=\"r3mes\""
        }
        if error.code.isRetryable {
            headers[.retryAfter] = "1"
        }
        return Response(
            status: .init(code: error.code.status),
            headers: headers,
            body: .init(byteBuffer: body(of: error, path: path, requestID: requestID))
        )
    }
}
