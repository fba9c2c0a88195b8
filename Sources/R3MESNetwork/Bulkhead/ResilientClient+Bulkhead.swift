// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

extension ResilientClient {
    /// Runs the try in one of the host's places, and waits for one if need be, but not past the call's deadline.
    func bulkheading(_ route: Route, _ kind: TryKind, _ next: () async -> TryResult) async -> TryResult {
        if kind == .hedge {
            // A host that is full needs no second copies.
            let places = route.host.bulkhead.statistics
            guard places.waiting == 0, places.inUse < places.limit else {
                return .failure(.bulkheadFull)
            }
        }
        do {
            return try await route.host.bulkhead.withPermit {
                // The breaker may have opened while this try waited.
                if let breaker = route.host.breaker, let permit = route.permit, !breaker.isValid(permit) {
                    return .failure(.circuitOpen)
                }
                return await next()
            }
        } catch let error as ConcurrencyError {
            return .failure(error.code == .queueFull ? .bulkheadFull : .deadlinePassed)
        } catch {
            return .cancelled
        }
    }
}

extension NetworkError {
    static var bulkheadFull: NetworkError {
        NetworkError(.bulkheadFull, "too many calls are in flight and waiting at this host", mayHaveBeenSent: false)
    }

    static var deadlinePassed: NetworkError {
        NetworkError(.deadlineExceeded, "the deadline passed before the request was sent", mayHaveBeenSent: false)
    }
}
