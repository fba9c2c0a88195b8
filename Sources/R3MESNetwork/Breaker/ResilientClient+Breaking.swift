// SPDX-License-Identifier: Apache-2.0

import Logging

extension ResilientClient {
    /// Asks the host's breaker, and tells it how the try ended.
    ///
    /// The permit comes back however the try ends.
    func breaking(_ route: Route, _ kind: TryKind, _ next: (Route) async -> TryResult) async -> TryResult {
        guard let breaker = route.host.breaker else {
            return await next(route)
        }
        // A hedge is no probe: a host that is just coming back is not asked twice.
        guard let permit = breaker.admit(asProbe: kind != .hedge) else {
            return .failure(.circuitOpen)
        }
        var route = route
        route.permit = permit
        let result = await next(route)
        let slow = result.duration.map { $0 > breaker.configuration.slowCall } ?? false
        // A try that its caller cut short says nothing about the host, unless it had been slow already.
        let outcome = result.blamesHost.map { CircuitBreaker.Outcome.finished(failed: $0, slow: slow) }
        if let state = breaker.end(permit, outcome ?? (slow ? .finished(failed: false, slow: true) : .unknown)) {
            metrics.breakerChanged(to: state)
            logger.notice(
                "circuit breaker changed",
                metadata: [
                    "host": "\(route.origin.text)",
                    "state": "\(state.rawValue)",
                    "client": "\(configuration.name)",
                ]
            )
        }
        return result
    }
}
