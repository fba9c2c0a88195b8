// SPDX-License-Identifier: Apache-2.0

extension RetryPolicy {
    var problems: [String] {
        var problems: [String] = []
        let day = Duration.seconds(86_400)
        if !(0...100).contains(maximumRetries) {
            problems.append("retry: maximumRetries must be 0 to 100")
        }
        if backoff.base < .zero || backoff.base > day || backoff.maximum < .zero || backoff.maximum > day {
            problems.append("retry: the backoff's base and maximum must be zero to one day")
        }
        if !(1...100).contains(backoff.multiplier) {
            problems.append("retry: the backoff's multiplier must be 1 to 100")
        }
        if maximumRetryAfter < .zero || maximumRetryAfter > day {
            problems.append("retry: maximumRetryAfter must be zero to one day")
        }
        return problems
    }
}
