// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
import Logging
public import R3MESConcurrency

/// Allows each caller so many requests in a time, and says how many are left.
///
/// Every answer to a limited request has `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10); one
/// beyond the limit is a 429 with `Retry-After`. A limiter that fails, such as a shared one whose server is down, lets
/// requests pass, and that is logged: no answer at all would be worse than too many.
public struct RateLimitMiddleware<Context: RequestContext>: RouterMiddleware {
    private let name: String
    private let limit: RateLimit
    private let limiter: any RateLimiting<String>
    private let key: @Sendable (Request, Context) -> String?

    /// Makes the middleware.
    ///
    /// - Parameters:
    ///   - name: The policy's name in the headers: letters, digits, `-` and `_`; any other character becomes `_`.
    ///   - limit: What the limiter allows each key.
    ///   - limiter: Who counts: a `RateLimiter`, or one that several instances share.
    ///   - key: Who the caller is; nil for one without a limit.
    public init(
        name: String = "default",
        limit: RateLimit,
        limiter: some RateLimiting<String>,
        key: @escaping @Sendable (Request, Context) -> String?
    ) {
        self.name = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" })
        self.limit = limit
        self.limiter = limiter
        self.key = key
    }

    /// Answers one request, or refuses it.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let key = key(request, context) else { return try await next(request, context) }
        let decision: RateDecision
        do {
            decision = try await limiter.allow(key, cost: 1)
        } catch {
            try Task.checkCancellation()
            context.logger.warning("the rate limiter failed; the request passes", metadata: ["error": "\(error)"])
            return try await next(request, context)
        }
        let fields = fields(for: decision)
        guard decision.isAllowed else {
            var headers = fields
            headers[.retryAfter] = "\(max((decision.retryAfter ?? limit.period).wholeSeconds, 1))"
            throw ResponseError(.rateLimited, "There have been too many requests; wait a little.", headers: headers)
        }
        var response = try await Response.answering(request, context, next)
        for field in fields {
            response.headers[field.name] = field.value
        }
        return response
    }

    private func fields(for decision: RateDecision) -> HTTPFields {
        [
            .rateLimitPolicy: "\"\(name)\";q=\(limit.count);w=\(max(limit.period.wholeSeconds, 1))",
            .rateLimit: "\"\(name)\";r=\(decision.remaining);t=\(decision.resetAfter.wholeSeconds)",
        ]
    }
}

extension Duration {
    /// The seconds, rounded up: who comes back after them is not too early.
    fileprivate var wholeSeconds: Int64 {
        components.attoseconds > 0 ? components.seconds + 1 : components.seconds
    }
}
