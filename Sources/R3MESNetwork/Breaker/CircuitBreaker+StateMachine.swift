// SPDX-License-Identifier: Apache-2.0

extension CircuitBreaker {
    /// The breaker as a value: events and instants in, decisions out; no clock, no lock.
    ///
    /// Each state has a generation. A permit remembers the one it was issued in, and what it reports later counts only
    /// while that generation lasts: the late failure of a call that began before the breaker opened neither opens it
    /// again nor passes for a probe.
    struct StateMachine: Sendable {
        typealias Instant = ContinuousClock.Instant

        private enum Phase: Sendable {
            case closed
            case open(until: Instant)
            case halfOpen(Probes)
        }

        private struct Probes: Sendable {
            var inFlight = 0
            var finished = 0
            var failures = 0
            var slow = 0
        }

        let configuration: Configuration
        private var phase = Phase.closed
        private var generation: UInt64 = 0
        private var window: OutcomeWindow

        init(_ configuration: Configuration) {
            self.configuration = configuration
            window = OutcomeWindow(configuration.window)
        }

        /// The state as it is now; an open breaker whose time is over is half open, though nobody has probed yet.
        func state(at now: Instant) -> State {
            switch phase {
            case .closed: .closed
            case .open(let until): now < until ? .open : .halfOpen
            case .halfOpen: .halfOpen
            }
        }

        /// Probes that are out.
        var probesInFlight: Int {
            if case .halfOpen(let probes) = phase { probes.inFlight } else { 0 }
        }

        /// Asks to make a call; nil is a refusal.
        ///
        /// Each permit must come back once, by `finish` or `giveBack`.
        mutating func admit(asProbe: Bool, now: Instant) -> Permit? {
            if case .open(let until) = phase, now >= until {
                enter(.halfOpen(Probes()))
            }
            switch phase {
            case .closed:
                return Permit(generation: generation)
            case .open:
                return nil
            case .halfOpen(var probes):
                guard asProbe, probes.inFlight + probes.finished < configuration.probes else {
                    return nil
                }
                probes.inFlight += 1
                phase = .halfOpen(probes)
                return Permit(generation: generation)
            }
        }

        /// Whether a permit that has waited meanwhile still allows the call.
        func isValid(_ permit: Permit) -> Bool {
            permit.generation == generation
        }

        /// The call has ended.
        ///
        /// Returns the new state if the breaker changed it.
        mutating func finish(_ permit: Permit, failed: Bool, slow: Bool, now: Instant) -> State? {
            guard isValid(permit) else {
                return nil
            }
            switch phase {
            case .closed:
                window.record(failed: failed, slow: slow, now: now)
                return exceeds(window.counts, minimum: configuration.minimumCalls) ? open(now) : nil
            case .open:
                return nil
            case .halfOpen(var probes):
                probes.inFlight -= 1
                probes.finished += 1
                probes.failures += failed ? 1 : 0
                probes.slow += slow ? 1 : 0
                phase = .halfOpen(probes)
                return verdict(probes, now: now)
            }
        }

        /// The call did not take place, or says nothing about the host.
        ///
        /// A probe's place becomes free again.
        mutating func giveBack(_ permit: Permit) {
            guard isValid(permit), case .halfOpen(var probes) = phase else {
                return
            }
            probes.inFlight -= 1
            phase = .halfOpen(probes)
        }

        /// Opens as soon as the outstanding probes cannot better the result, closes when all have come back well.
        private mutating func verdict(_ probes: Probes, now: Instant) -> State? {
            let total = Double(configuration.probes)
            if Double(probes.failures) >= configuration.failureRate * total
                || Double(probes.slow) >= configuration.slowCallRate * total
            {
                return open(now)
            }
            guard probes.finished == configuration.probes else {
                return nil
            }
            enter(.closed)
            return .closed
        }

        private func exceeds(_ counts: OutcomeWindow.Counts, minimum: Int) -> Bool {
            let calls = Double(counts.calls)
            return counts.calls >= minimum
                && (Double(counts.failures) >= configuration.failureRate * calls
                    || Double(counts.slow) >= configuration.slowCallRate * calls)
        }

        private mutating func open(_ now: Instant) -> State {
            enter(.open(until: now.advanced(by: configuration.openDuration)))
            return .open
        }

        private mutating func enter(_ phase: Phase) {
            self.phase = phase
            generation &+= 1
            window.clear()
        }
    }
}
