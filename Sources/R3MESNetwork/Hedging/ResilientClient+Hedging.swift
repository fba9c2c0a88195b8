// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension ResilientClient {
    private enum Event: Sendable {
        case hedgeIsDue
        case ended(TryResult, TryKind)
    }

    /// Runs the try, and beside it a second one if it takes long; see ``HedgingPolicy``.
    ///
    /// Both are children of this call: the one that loses is cancelled and has given back all it held, its connection
    /// included, when this returns. Cancelling a try takes effect at once, so nobody waits for a loser.
    func hedging(
        _ call: Call,
        _ kind: TryKind,
        _ next: @escaping @Sendable (TryKind) async -> TryResult
    ) async -> TryResult {
        guard
            let policy = configuration.hedging,
            RepeatSafety.isSafe(call.request.method),
            let delay = call.latency.delay(for: policy)
        else {
            return await next(kind)
        }
        let due = timeline.now().advanced(by: delay)
        return await withTaskGroup(of: Event.self) { group in
            group.addTask { .ended(await next(kind), kind) }
            group.addTask { [timeline] in
                _ = await timeline.sleep(until: due)
                return .hedgeIsDue
            }
            var running = 1
            var first: TryResult?
            var hedge: TryResult?
            while running > 0, !isGood(first), !isGood(hedge), let event = await group.next() {
                switch event {
                case .hedgeIsDue:
                    // Without a token the first try just goes on.
                    if retryBudget.withdraw() {
                        running += 1
                        group.addTask { .ended(await next(.hedge), .hedge) }
                    }
                case .ended(let result, .hedge):
                    running -= 1
                    hedge = result
                case .ended(let result, _):
                    running -= 1
                    first = result
                }
            }
            group.cancelAll()
            let hedgeWon = !isGood(first) && isGood(hedge)
            for await case .ended(let loser, let kind) in group {
                if kind == .hedge {
                    hedge = loser
                } else if hedgeWon, let duration = loser.duration {
                    // It would have taken at least so long; without it the estimate forgets that slow calls exist.
                    call.latency.record(duration)
                }
            }
            if let hedge, !hedge.wasSent {
                retryBudget.refund()
            }
            if hedgeWon {
                metrics.hedgeWon()
            }
            return (hedgeWon ? hedge : first) ?? .cancelled
        }
    }

    private func isGood(_ result: TryResult?) -> Bool {
        guard case .success(let response) = result?.outcome else {
            return false
        }
        return !configuration.retry.retryableStatuses.contains(response.status.code)
    }
}
