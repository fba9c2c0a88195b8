// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whether the service takes requests: told to load balancers by `/health/ready`.
final class Readiness: Sendable {
    private enum State {
        case starting
        case ready
        case draining
    }

    private let state = Mutex(State.starting)

    /// Why the answer is no, or nil when the service is ready.
    var reasonForNo: String? {
        switch state.withLock({ $0 }) {
        case .starting: "The service is starting."
        case .ready: nil
        case .draining: "The service is shutting down."
        }
    }

    /// The socket listens.
    ///
    /// A shutdown that came before that stands.
    func becameReady() {
        state.withLock { state in
            if state == .starting { state = .ready }
        }
    }

    func beganDraining() {
        state.withLock { $0 = .draining }
    }
}
