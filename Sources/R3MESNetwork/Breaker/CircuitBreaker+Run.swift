// SPDX-License-Identifier: Apache-2.0

extension CircuitBreaker {
    /// Makes one call of any kind under this breaker: a thrown error is a failure, a cancelled task is not.
    ///
    /// - Throws: What the body throws; ``NetworkError`` with ``NetworkError/Code/circuitOpen`` if it never ran.
    public func run<Result>(_ body: () async throws -> Result) async throws -> Result {
        guard let permit = admit(asProbe: true) else {
            throw NetworkError.circuitOpen
        }
        let start = timeline.now()
        do {
            let result = try await body()
            end(permit, .finished(failed: false, slow: isSlow(since: start)))
            return result
        } catch {
            let leftEarly = Task.isCancelled || error is CancellationError
            end(permit, leftEarly ? .unknown : .finished(failed: true, slow: isSlow(since: start)))
            throw error
        }
    }

    private func isSlow(since start: Timeline.Instant) -> Bool {
        start.duration(to: timeline.now()) > configuration.slowCall
    }
}

extension NetworkError {
    static var circuitOpen: NetworkError {
        NetworkError(.circuitOpen, "the host failed too often; its circuit breaker is open", mayHaveBeenSent: false)
    }
}
