// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Which failures are worth another try, how many tries, and how long to wait between them.
///
/// What may be repeated at all is not a setting: see <doc:ProofThatARepeatIsSafe>.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a call is repeated at most, after its first try.
    ///
    /// The default is 3; zero turns retries off.
    public var maximumRetries: Int
    /// How long to wait.
    ///
    /// The default begins at 50 ms, doubles up to 5 s, and has full jitter.
    public var backoff: Backoff
    /// Statuses that another try may turn into a better one.
    ///
    /// The default is 408, 429, 500, 502, 503 and 504.
    public var retryableStatuses: Set<Int>
    /// The longest wait that a server may ask for by `Retry-After`; what is longer is cut.
    ///
    /// The default is 30 s.
    public var maximumRetryAfter: Duration

    /// Makes a policy.
    public init(
        maximumRetries: Int = 3,
        backoff: Backoff = Backoff(),
        retryableStatuses: Set<Int> = [408, 429, 500, 502, 503, 504],
        maximumRetryAfter: Duration = .seconds(30)
    ) {
        self.maximumRetries = maximumRetries
        self.backoff = backoff
        self.retryableStatuses = retryableStatuses
        self.maximumRetryAfter = maximumRetryAfter
    }

    /// Never tries twice.
    public static let never = RetryPolicy(maximumRetries: 0)
}

extension RetryPolicy {
    /// What to do after a try.
    enum Decision: Hashable {
        /// Hand the result to the caller.
        case stop(Stop)
        /// Wait, then try again.
        case retry(after: Duration)
    }

    /// Why there is no further try.
    enum Stop: String, CaseIterable {
        /// The result is an answer that no retry would better.
        case settled
        /// The failure would come again: a malformed request, an answer that is too large, a caller who left.
        case permanent
        /// The failure arose on this side, to protect the host or the caller; a retry would undo that.
        case notSent
        /// The server may have acted on the request, and it may not act twice.
        case unsafe
        /// All retries are used up.
        case exhausted
        /// The next try could not end before the deadline.
        case deadline
        /// The budget for extra load is used up.
        case budget
    }

    /// What is known when a try has ended.
    struct Situation {
        let result: TryResult
        let isRepeatable: Bool
        /// Retries so far.
        let retries: Int
        let previousWait: Duration?
        /// Until the call's deadline.
        let remaining: Duration
        /// How long a try takes as a rule; zero if not known.
        let expectedTry: Duration
        /// Seconds since 1970.
        let wallClock: Int64
    }

    /// Decides from facts alone; the budget is asked last, so that no token goes into a retry that is not made.
    func decision(
        for situation: Situation,
        using generator: inout some RandomNumberGenerator,
        withdraw: () -> Bool
    ) -> Decision {
        var serverAsksFor: Duration?
        switch situation.result.outcome {
        case .success(let response):
            guard retryableStatuses.contains(response.status.code) else {
                return .stop(.settled)
            }
            guard situation.isRepeatable else {
                return .stop(.unsafe)
            }
            serverAsksFor = RetryAfter.wait(
                in: response.headerFields,
                maximum: maximumRetryAfter,
                wallClock: situation.wallClock
            )
        case .failure(let error):
            switch error.code.retryClass {
            case .permanent:
                return .stop(.permanent)
            case .notSent:
                return .stop(.notSent)
            case .deadline:
                return .stop(.deadline)
            case .transient:
                guard situation.isRepeatable || !error.mayHaveBeenSent else {
                    return .stop(.unsafe)
                }
            }
        }
        guard situation.retries < maximumRetries else {
            return .stop(.exhausted)
        }
        let planned = backoff.wait(
            beforeRetry: situation.retries + 1,
            previous: situation.previousWait,
            using: &generator
        )
        let wait = max(planned, serverAsksFor ?? .zero)
        guard wait + situation.expectedTry < situation.remaining else {
            return .stop(.deadline)
        }
        return withdraw() ? .retry(after: wait) : .stop(.budget)
    }
}

extension NetworkError.Code {
    enum RetryClass {
        case transient, permanent, notSent, deadline
    }

    var retryClass: RetryClass {
        switch kind {
        case .connectionFailed, .connectTimeout, .readTimeout, .tryTimeout, .connectionClosed, .refused:
            .transient
        case .invalidResponse, .responseTooLarge, .invalidRequest, .invalidConfiguration, .cancelled, .other:
            .permanent
        case .circuitOpen, .bulkheadFull, .stopped:
            .notSent
        case .deadlineExceeded:
            .deadline
        }
    }
}
