// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import Hummingbird

/// Tells browsers what not to do with the answers of an API: guess types, frame, run scripts, send referrers.
///
/// What a route says itself stands. Errors get the headers too.
public struct SecurityHeadersMiddleware<Context: RequestContext>: RouterMiddleware {
    private let fields: HTTPFields

    /// Makes the middleware.
    ///
    /// - Parameters:
    ///   - strictTransportSecurity: How long browsers shall use TLS only for this host. Nil, the default, doesn't say; it
    ///     cannot be taken back before that time is over.
    ///   - contentSecurityPolicy: What a page may load. The default suits answers that are no pages: nothing at all.
    ///   - others: More headers, or other values.
    public init(
        strictTransportSecurity: Duration? = nil,
        contentSecurityPolicy: String = "default-src 'none'; frame-ancestors 'none'",
        others: HTTPFields = [:]
    ) {
        var fields: HTTPFields = [
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: contentSecurityPolicy,
            .frameOptions: "DENY",
            .referrerPolicy: "no-referrer",
            .crossOriginResourcePolicy: "same-origin",
        ]
        if let strictTransportSecurity {
            let seconds = max(strictTransportSecurity.components.seconds, 0)
            fields[.strictTransportSecurity] = "max-age=\(seconds); includeSubDomains"
        }
        for field in others {
            fields[field.name] = field.value
        }
        self.fields = fields
    }

    /// Adds the headers to one answer.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await Response.answering(request, context, next)
        for field in fields where response.headers[field.name] == nil {
            response.headers[field.name] = field.value
        }
        return response
    }
}

extension Response {
    /// The answer of those within, or that of their error if it has one: what is added to answers belongs on errors too.
    static func answering<Context: RequestContext>(
        _ request: Request,
        _ context: Context,
        _ next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError {
            return try error.response(from: request, context: context)
        }
    }
}
