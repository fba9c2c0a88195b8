// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// One call on its way through the policies, with the count of what it cost.
final class Call: Sendable {
    enum Destination: Sendable {
        case host(Host, Origin)
        case endpoints(EndpointSet)
    }

    private struct State {
        var tries = 0
        var bytesReceived = 0
        var triedEndpoints: Set<Int> = []
    }

    let request: ClientRequest
    let destination: Destination
    let latency: LatencyTracker
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State())

    init(
        _ request: ClientRequest,
        to destination: Destination,
        latency: LatencyTracker,
        deadline: ContinuousClock.Instant
    ) {
        self.request = request
        self.destination = destination
        self.latency = latency
        self.deadline = deadline
    }

    /// Requests sent so far, hedges included.
    var tries: Int { state.withLock { $0.tries } }

    /// Bytes of bodies that came in, whatever became of them.
    var bytesReceived: Int { state.withLock { $0.bytesReceived } }

    /// Endpoints that have had this call, which a further try avoids.
    var triedEndpoints: Set<Int> { state.withLock { $0.triedEndpoints } }

    /// Returns the number of the try, from 1.
    func beginTry() -> Int {
        state.withLock { state in
            state.tries += 1
            return state.tries
        }
    }

    func endTry(bytes: Int) {
        state.withLock { $0.bytesReceived += bytes }
    }

    func markTried(endpoint: Int) {
        _ = state.withLock { $0.triedEndpoints.insert(endpoint) }
    }
}

/// Why a try is made.
enum TryKind: String, Sendable, CaseIterable {
    case first, retry, hedge
}

/// Where one try goes.
struct Route: Sendable {
    let url: String
    let origin: Origin
    let host: Host
    var permit: CircuitBreaker.Permit?
}
