// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Stops calling a host that fails or hangs, and finds out gently when it is well again.
///
/// Closed, it lets every call through and watches the shares of failures and of slow calls in a sliding window. Above a
/// limit it opens: calls are refused at once. After a while it is half open: a few probes are let through, everything
/// else is refused, and the probes decide. A probe that was cancelled gives its place back; it decides nothing.
///
/// Asking and reporting are one short locked section each. Memory is fixed by the window.
public final class CircuitBreaker: Sendable {
    /// What a breaker does with the next call.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Lets it through.
        case closed
        /// Refuses it.
        case open
        /// Lets it through if it is one of the few probes.
        case halfOpen
    }

    /// The right to make one call.
    struct Permit: Hashable, Sendable {
        let generation: UInt64
    }

    /// What a call says about the host.
    enum Outcome: Hashable, Sendable {
        case finished(failed: Bool, slow: Bool)
        /// Nothing: it was not sent, or its caller left early.
        case unknown
    }

    private let machine: Mutex<StateMachine>
    let timeline: Timeline
    let configuration: Configuration

    /// Makes a closed breaker.
    ///
    /// - Throws: ``NetworkError`` with ``NetworkError/Code/invalidConfiguration``.
    public convenience init(_ configuration: Configuration = Configuration()) throws(NetworkError) {
        try NetworkError.check(configuration.problems)
        self.init(configuration, timeline: .system)
    }

    init(_ configuration: Configuration, timeline: Timeline) {
        self.configuration = configuration
        self.timeline = timeline
        machine = Mutex(StateMachine(configuration))
    }

    /// The present state.
    public var state: State {
        let now = timeline.now()
        return machine.withLock { $0.state(at: now) }
    }

    /// Probes that are out; zero when nothing is in flight.
    var probesInFlight: Int { machine.withLock { $0.probesInFlight } }

    func admit(asProbe: Bool) -> Permit? {
        let now = timeline.now()
        return machine.withLock { $0.admit(asProbe: asProbe, now: now) }
    }

    func isValid(_ permit: Permit) -> Bool {
        machine.withLock { $0.isValid(permit) }
    }

    /// Takes the permit back, once; returns the new state if that changed it.
    @discardableResult
    func end(_ permit: Permit, _ outcome: Outcome) -> State? {
        let now = timeline.now()
        return machine.withLock { machine in
            switch outcome {
            case .finished(let failed, let slow):
                return machine.finish(permit, failed: failed, slow: slow, now: now)
            case .unknown:
                machine.giveBack(permit)
                return nil
            }
        }
    }
}
