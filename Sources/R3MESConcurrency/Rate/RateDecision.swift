// SPDX-License-Identifier: Apache-2.0

/// The answer to one request under a ``RateLimit``, with what the `RateLimit` and `Retry-After` headers need.
public struct RateDecision: Hashable, Sendable {
    /// Whether the request may proceed; only then was anything taken.
    public let isAllowed: Bool
    /// The most units that can be taken at one moment.
    public let limit: Int
    /// How many units could be taken right after this request.
    public let remaining: Int
    /// The shortest wait after which the same request would be allowed, were it alone.
    ///
    /// Nil if it is allowed now, and if it asks for more than ``limit``, which no wait makes possible.
    public let retryAfter: Duration?
    /// The time after which the full ``limit`` can be taken again, if nothing is taken before.
    public let resetAfter: Duration

    /// Makes a decision.
    public init(isAllowed: Bool, limit: Int, remaining: Int, retryAfter: Duration?, resetAfter: Duration) {
        self.isAllowed = isAllowed
        self.limit = limit
        self.remaining = remaining
        self.retryAfter = retryAfter
        self.resetAfter = resetAfter
    }
}
