// SPDX-License-Identifier: Apache-2.0

extension ResilientClient {
    /// Tries until the result is settled or a further try is not allowed; see ``RetryPolicy``.
    func retrying(_ call: Call, _ next: (TryKind) async -> TryResult) async -> TryResult {
        var generator = SystemRandomNumberGenerator()
        let isRepeatable = RepeatSafety.isRepeatable(
            method: call.request.method,
            headerFields: call.request.headerFields
        )
        var retries = 0
        var previous: (result: TryResult, wait: Duration)?
        while true {
            let result = await next(retries == 0 ? .first : .retry)
            if let previous, !result.wasSent, !result.isCancelled {
                // That the retry was refused here says less than the failure that led to it.
                retryBudget.refund()
                return previous.result
            }
            let now = timeline.now()
            let situation = RetryPolicy.Situation(
                result: result,
                isRepeatable: isRepeatable,
                retries: retries,
                previousWait: previous?.wait,
                remaining: now.duration(to: call.deadline),
                expectedTry: call.latency.median,
                wallClock: Timeline.wallClock()
            )
            switch configuration.retry.decision(for: situation, using: &generator, withdraw: retryBudget.withdraw) {
            case .stop(let reason):
                metrics.stop(reason)
                return result
            case .retry(let wait):
                guard await timeline.sleep(until: now.advanced(by: wait)) else {
                    retryBudget.refund()
                    return .cancelled
                }
                previous = (result, wait)
                retries += 1
            }
        }
    }
}
