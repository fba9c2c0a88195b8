// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
import R3MESConcurrency

/// Gives every request a deadline: what the client says in `X-Request-Timeout`, but not more than the server allows.
///
/// Everything below sees it as `Deadline.current`. When it has passed, the route is cancelled and the client gets a 504. The
/// route is awaited: it runs in this request's own scope, so one that pays no heed to its cancellation delays the answer.
/// The deadline ends with the head of the answer; a stream has its own.
///
/// Costs two child tasks a request.
public struct RequestDeadlineMiddleware<Context: RequestContext>: RouterMiddleware {
    private let maximum: Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let makeDeadline: @Sendable (Duration) -> Deadline

    /// Makes the middleware.
    ///
    /// - Parameters:
    ///   - maximum: The longest time that a request can have, and the time of one that doesn't say.
    ///   - clock: The clock of deadlines.
    public init<C: Clock>(maximum: Duration, clock: C = ContinuousClock()) where C.Instant == ContinuousClock.Instant {
        self.maximum = maximum
        sleep = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: .zero) }
        makeDeadline = { .after($0, clock: clock) }
    }

    /// Answers one request in time.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var timeout = maximum
        if let text = request.headers[.requestTimeout] {
            guard let asked = RequestTimeout(text) else {
                throw ResponseError(.invalidTimeout, "X-Request-Timeout is a time such as 1.5s or 250ms.")
            }
            timeout = min(asked.duration, maximum)
        }
        // It crosses into one child task, which is awaited before this returns, and nothing runs beside that.
        nonisolated(unsafe) let unsafeNext = next
        let work: @concurrent @Sendable () async throws -> Response = { try await unsafeNext(request, context) }
        return try await withoutActuallyEscaping(work) { work in
            try await withDeadline(makeDeadline(timeout)) {
                try await race(work, for: timeout)
            }
        }
    }

    private func race(
        _ work: @escaping @concurrent @Sendable () async throws -> Response,
        for timeout: Duration
    ) async throws -> Response {
        try await withThrowingTaskGroup(of: Response?.self) { group in
            group.addTask { try await work() }
            group.addTask { [sleep] in
                // Cancelled once the answer is there.
                try? await sleep(timeout)
                return nil
            }
            defer { group.cancelAll() }
            do {
                if let response = try await group.next() ?? nil { return response }
                group.cancelAll()
                // An answer that was ready at the very end is as good as another.
                if !Task.isCancelled, let response = try? await group.next() ?? nil { return response }
            } catch let error as ConcurrencyError where error.code == .deadlineExceeded {
                throw ResponseError(
                    .deadlineExceeded,
                    "The request could not be answered in its time.",
                    underlying: error
                )
            }
            try Task.checkCancellation()
            throw ResponseError(.deadlineExceeded, "The request could not be answered in its time.")
        }
    }
}
