// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
public import R3MESConcurrency

/// Lets in as many requests at once as can be answered well, and refuses the rest at once with a 503 and `Retry-After`.
///
/// How many that is, an `AdaptiveLimiter` finds out by how long answers take. A request holds its permit until the head of
/// its answer is there. Refusing costs microseconds, so that what is let in stays fast at many times the load.
public struct LoadSheddingMiddleware<Context: RequestContext>: RouterMiddleware {
    private let limiter: AdaptiveLimiter
    private let retryAfter: ClosedRange<Int>
    private let priority: @Sendable (Request, Context) -> PriorityClass

    /// Makes the middleware.
    ///
    /// - Parameters:
    ///   - limiter: Who is let in. One for all requests that need the same resources.
    ///   - retryAfter: From when to when a refused client is sent away, in seconds; each at random, so that they don't all
    ///     come back at once. Below 1 counts as 1.
    ///   - priority: How much a request matters; health checks should be critical.
    public init(
        limiter: AdaptiveLimiter,
        retryAfter: ClosedRange<Int> = 1...5,
        priority: @escaping @Sendable (Request, Context) -> PriorityClass = { _, _ in .normal }
    ) {
        self.limiter = limiter
        self.retryAfter = max(retryAfter.lowerBound, 1)...max(retryAfter.upperBound, 1)
        self.priority = priority
    }

    /// Answers one request, or refuses it.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var hasBegun = false
        do {
            return try await limiter.withPermit(priority: priority(request, context)) {
                hasBegun = true
                return try await next(request, context)
            }
        } catch let error as ConcurrencyError where !hasBegun {
            if error.code == .deadlineExceeded {
                throw ResponseError(.deadlineExceeded, "The request waited for all of its time.", underlying: error)
            }
            throw ResponseError(
                .overloaded,
                "The server has more to do than it can at the moment.",
                headers: [.retryAfter: "\(Int.random(in: retryAfter))"],
                underlying: error
            )
        }
    }
}
