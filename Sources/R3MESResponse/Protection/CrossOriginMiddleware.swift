// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird

/// Lets pages of other origins call the API (CORS, as the Fetch standard has it).
///
/// - A preflight, `OPTIONS` with `Access-Control-Request-Method`, is answered here, with 204.
/// - Every other answer to an allowed origin says so, errors included: a page could not read them otherwise.
/// - `Vary: Origin` stands on all answers unless every origin is allowed, also on those to requests without an origin: a
///   cache must not give one origin's answer to another.
/// - An origin that isn't allowed gets its answer without permission, which keeps the page from reading it. This protects
///   the users of browsers; it is no access control.
public struct CrossOriginMiddleware<Context: RequestContext>: RouterMiddleware {
    private let configuration: CrossOriginConfiguration

    /// Makes the middleware.
    ///
    /// - Throws: ``ResponseError/Code/invalidConfiguration``.
    public init(configuration: CrossOriginConfiguration) throws(ResponseError) {
        try configuration.validate()
        self.configuration = configuration
    }

    /// Answers a preflight, or adds permissions to an answer.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let origin = request.headers[.origin]
        let isPreflight =
            request.method == .options && origin != nil && request.headers[.accessControlRequestMethod] != nil
        guard isPreflight else {
            var response = try await Response.answering(request, context, next)
            permit(origin, in: &response)
            if origin != nil, response.headers[.accessControlAllowOrigin] != nil, !configuration.exposedHeaders.isEmpty
            {
                response.headers[.accessControlExposeHeaders] = configuration.exposedHeaders.joined(separator: ", ")
            }
            return response
        }
        var response = Response(status: .noContent)
        response.headers[.contentLength] = nil
        permit(origin, in: &response)
        response.headers.vary(on: .accessControlRequestMethod)
        response.headers.vary(on: .accessControlRequestHeaders)
        if response.headers[.accessControlAllowOrigin] != nil {
            response.headers[.accessControlAllowMethods] = configuration.methods.map(\.rawValue).joined(separator: ", ")
            if !configuration.requestHeaders.isEmpty {
                response.headers[.accessControlAllowHeaders] = configuration.requestHeaders.joined(separator: ", ")
            }
            response.headers[.accessControlMaxAge] = "\(configuration.maximumAge.components.seconds)"
        }
        return response
    }

    private func permit(_ origin: String?, in response: inout Response) {
        guard let origins = configuration.origins else {
            if origin != nil { response.headers[.accessControlAllowOrigin] = "*" }
            return
        }
        response.headers.vary(on: .origin)
        guard let origin, origins.contains(origin) else { return }
        response.headers[.accessControlAllowOrigin] = origin
        if configuration.allowsCredentials {
            response.headers[.accessControlAllowCredentials] = "true"
        }
    }
}
