// SPDX-License-Identifier: Apache-2.0

extension ResilientClient {
    /// Keeps good answers, and gives out the last one when the call has failed.
    func answeringStale(_ call: Call, _ next: () async -> TryResult) async -> TryResult {
        guard let stale, let key = StaleIfErrorPolicy.key(for: call.request) else {
            return await next()
        }
        var result = await next()
        if StaleIfErrorPolicy.isFailure(result) {
            if let (response, age) = stale.lookUp(key, now: timeline.now()) {
                var answer = response
                answer.source = .stale(age: age)
                result.outcome = .success(answer)
            }
        } else if case .success(let response) = result.outcome {
            stale.store(response, for: key, now: timeline.now())
        }
        return result
    }
}
