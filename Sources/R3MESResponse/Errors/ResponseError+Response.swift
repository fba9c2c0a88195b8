// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import Hummingbird

extension ResponseError: HTTPResponseError {
    /// The status of the code.
    public var status: HTTPResponse.Status { code.status }

    /// The error as `application/problem+json`: type, title, status, detail, code, whether a retry may help, and the
    /// request's `X-Request-ID` if it has one.
    public func response(from request: Request, context: some RequestContext) -> Response {
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("type", "about:blank")
            json.member("title", status.reasonPhrase)
            json.member("status", status.code)
            json.member("detail", message)
            json.member("code", code.description)
            json.member("retryable", code.isRetryable)
            if let name = request.headers[.requestID] {
                json.member("request_id", name)
            }
        }
        var headers = headers
        headers[.contentType] = "application/problem+json"
        if headers[.cacheControl] == nil {
            headers[.cacheControl] = "no-store"
        }
        return Response(status: status, headers: headers, body: .init(byteBuffer: json.buffer))
    }
}
