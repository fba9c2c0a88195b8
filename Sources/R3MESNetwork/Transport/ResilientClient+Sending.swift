// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Logging

extension ResilientClient {
    /// Sends once, within the time of the try and of the call, whichever is over first.
    func sending(_ call: Call, _ route: Route, _ kind: TryKind) async -> TryResult {
        let start = timeline.now()
        let remaining = start.duration(to: call.deadline)
        guard remaining > .zero else {
            return .failure(.deadlinePassed)
        }
        guard !Task.isCancelled else {
            return .cancelled
        }
        let timeout = min(configuration.timeouts.perTry ?? remaining, remaining)
        var request = call.request
        if let deadlineField {
            request.headerFields[deadlineField] = String(remaining.wholeMilliseconds)
        }
        let number = call.beginTry()
        var result = await transport.send(
            request,
            to: route.url,
            timeout: timeout,
            maximumBytes: request.maximumResponseBytes ?? configuration.maximumResponseBytes
        )
        let duration = start.duration(to: timeline.now())
        result.duration = duration
        if case .failure(let error) = result.outcome {
            let reason = Reason(
                isCancelled: Task.isCancelled,
                ranOut: duration >= timeout,
                isCall: timeout == remaining
            )
            result.outcome = .failure(error.explained(by: reason))
        } else if kind != .hedge {
            call.latency.record(duration)
            if case .endpoints = call.destination {
                route.host.latency.record(duration)
            }
        }
        call.endTry(bytes: result.bytesReceived)
        metrics.endTry(kind, result, duration)
        log(call, route, kind, number, result, duration)
        return result
    }

    private func log(
        _ call: Call,
        _ route: Route,
        _ kind: TryKind,
        _ number: Int,
        _ result: TryResult,
        _ duration: Duration
    ) {
        // A try that was called off, such as a hedge that lost, is no failure.
        let level: Logger.Level =
            switch result.outcome {
            case .failure(let error) where error.code != .cancelled: .info
            case .success, .failure: .debug
            }
        logger.log(
            level: level,
            "upstream try",
            metadata: [
                "client": "\(configuration.name)",
                "host": "\(route.origin.text)",
                "method": "\(call.request.method.rawValue)",
                "try": "\(number)",
                "kind": "\(kind.rawValue)",
                "outcome": "\(result.label)",
                "duration_ms": "\(duration / .milliseconds(1))",
                "bytes": "\(result.bytesReceived)",
            ]
        )
    }
}

/// What this side knows about the end of a try, which the HTTP client's error does not always say.
private struct Reason {
    let isCancelled: Bool
    let ranOut: Bool
    /// Whether it was the call's time that ran out, not only the try's.
    let isCall: Bool
}

extension NetworkError {
    fileprivate func explained(by reason: Reason) -> NetworkError {
        if reason.isCancelled {
            return NetworkError(.cancelled, "the caller was cancelled", mayHaveBeenSent: mayHaveBeenSent)
        }
        guard reason.ranOut else {
            // Nobody here cancelled it: the HTTP client was shut down under it.
            return code == .cancelled
                ? NetworkError(.stopped, "the HTTP client was shut down", mayHaveBeenSent: true, underlying: underlying)
                : self
        }
        return NetworkError(
            reason.isCall ? .deadlineExceeded : .tryTimeout,
            reason.isCall ? "the answer did not come before the deadline" : "the answer did not come in time",
            mayHaveBeenSent: mayHaveBeenSent,
            underlying: underlying
        )
    }
}
