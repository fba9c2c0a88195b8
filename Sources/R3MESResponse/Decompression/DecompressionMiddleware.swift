// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird

/// Unpacks the bodies of requests with a `Content-Encoding` of zstd, br, gzip or deflate.
///
/// Routes see a plain body and no `Content-Encoding`. The body is unpacked as it is read, with back-pressure, and within
/// limits of size and of growth: what goes beyond them is a 413, damaged data is a 400, and an unknown coding a 415 that names
/// the known ones in `Accept-Encoding` (RFC 9110, section 15.5.16). The errors come out of the route's own reading.
public struct DecompressionMiddleware<Context: RequestContext>: RouterMiddleware {
    private let limits: DecompressionLimits

    /// Makes the middleware.
    public init(limits: DecompressionLimits = DecompressionLimits()) {
        self.limits = limits
    }

    /// Unpacks the body of one request.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let field = request.headers[.contentEncoding] else { return try await next(request, context) }
        let codings = field.split(separator: ",").map { ContentCoding($0.trimmingOptionalWhitespace) }
        let packing = codings.filter { $0 != .identity }
        guard packing.count <= 1, !packing.contains(nil) else {
            throw ResponseError(
                .unsupportedCoding,
                "The body must come plain or in one of the codings zstd, br, gzip and deflate.",
                headers: [.acceptEncoding: "zstd, br, gzip, deflate"]
            )
        }
        var request = request.setting(.contentEncoding, to: nil)
        if case .some(.some(let coding)) = packing.first {
            request = request.setting(.contentLength, to: nil)
            request.body = RequestBody(asyncSequence: DecodingBody(body: request.body, coding: coding, limits: limits))
        }
        return try await next(request, context)
    }
}
