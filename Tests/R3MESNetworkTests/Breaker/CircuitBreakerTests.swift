// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("CircuitBreaker")
struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func configuration(
        window: CircuitBreaker.Window = .calls(10),
        minimumCalls: Int = 4,
        probes: Int = 3
    ) -> CircuitBreaker.Configuration {
        CircuitBreaker.Configuration(
            failureRate: 0.5,
            slowCallRate: 0.5,
            window: window,
            minimumCalls: minimumCalls,
            openDuration: .seconds(5),
            probes: probes
        )
    }

    private func admit(
        _ machine: inout CircuitBreaker.StateMachine,
        _ now: ContinuousClock.Instant
    ) throws -> CircuitBreaker.Permit {
        let permit = machine.admit(asProbe: true, now: now)
        return try #require(permit)
    }

    private func opened(_ configuration: CircuitBreaker.Configuration) throws -> CircuitBreaker.StateMachine {
        var machine = CircuitBreaker.StateMachine(configuration)
        for _ in 0..<configuration.minimumCalls {
            let permit = try admit(&machine, start)
            _ = machine.finish(permit, failed: true, slow: false, now: start)
        }
        #expect(machine.state(at: start) == .open)
        return machine
    }

    @Test("opens at the failure rate, not before the minimum of calls")
    func failureRate() throws {
        var machine = CircuitBreaker.StateMachine(configuration())
        let permits = try (0..<4).map { _ in try admit(&machine, start) }
        var changes: [CircuitBreaker.State?] = []
        for (permit, failed) in zip(permits, [true, true, false, false]) {
            changes.append(machine.finish(permit, failed: failed, slow: false, now: start))
        }
        #expect(changes == [nil, nil, nil, .open])
        #expect(machine.admit(asProbe: true, now: start.advanced(by: .milliseconds(4_999))) == nil)
    }

    @Test("opens at the rate of slow calls too")
    func slowRate() throws {
        var machine = CircuitBreaker.StateMachine(configuration())
        for index in 0..<4 {
            let permit = try admit(&machine, start)
            let change = machine.finish(permit, failed: false, slow: index >= 2, now: start)
            #expect(change == (index == 3 ? .open : nil))
        }
    }

    @Test("half open, a thousand callers at once are three probes")
    func herd() throws {
        var machine = try opened(configuration())
        let now = start.advanced(by: .seconds(5))
        #expect((0..<1_000).compactMap { _ in machine.admit(asProbe: true, now: now) }.count == 3)
        #expect(machine.probesInFlight == 3)
    }

    @Test("all probes well: closed with a clean record; too many failures: open again at once")
    func probesDecide() throws {
        for failures in 0...3 {
            var machine = try opened(configuration())
            let now = start.advanced(by: .seconds(5))
            let permits = (0..<3).compactMap { _ in machine.admit(asProbe: true, now: now) }
            var changes: [CircuitBreaker.State] = []
            for (index, permit) in permits.enumerated() {
                if let change = machine.finish(permit, failed: index < failures, slow: false, now: now) {
                    changes.append(change)
                }
            }
            #expect(changes == (failures >= 2 ? [.open] : [.closed]))
            if changes == [.closed] {
                let permit = try admit(&machine, now)
                #expect(machine.finish(permit, failed: true, slow: false, now: now) == nil)
            }
        }
    }

    @Test("a probe that was cancelled gives its place to another")
    func cancelledProbe() throws {
        var machine = try opened(configuration(probes: 1))
        let now = start.advanced(by: .seconds(6))
        for _ in 0..<100 {
            let permit = try admit(&machine, now)
            #expect(machine.admit(asProbe: true, now: now) == nil)
            machine.giveBack(permit)
        }
        #expect(machine.probesInFlight == 0)
    }

    @Test("what began before the breaker changed neither opens it again nor passes for a probe")
    func latecomers() throws {
        var machine = CircuitBreaker.StateMachine(configuration(probes: 1))
        let old = try (0..<8).map { _ in try admit(&machine, start) }
        for permit in old[..<4] {
            _ = machine.finish(permit, failed: true, slow: false, now: start)
        }
        let now = start.advanced(by: .seconds(5))
        let probe = try admit(&machine, now)
        #expect(machine.finish(old[4], failed: false, slow: false, now: now) == nil)
        machine.giveBack(old[5])
        #expect(machine.probesInFlight == 1)
        #expect(machine.finish(probe, failed: false, slow: false, now: now) == .closed)
        for permit in old[6...] {
            #expect(machine.finish(permit, failed: true, slow: false, now: now) == nil)
        }
        #expect(machine.state(at: now) == .closed)
    }

    @Test("hedges do not probe")
    func hedges() throws {
        var machine = try opened(configuration())
        #expect(machine.admit(asProbe: false, now: start.advanced(by: .seconds(5))) == nil)
    }

    @Test("a window by count holds exactly the last calls")
    func countWindow() {
        var generator = SeededGenerator()
        var window = OutcomeWindow(.calls(7))
        var model: [(failed: Bool, slow: Bool)] = []
        for _ in 0..<5_000 {
            let outcome = (failed: Bool.random(using: &generator), slow: Bool.random(using: &generator))
            window.record(failed: outcome.failed, slow: outcome.slow, now: start)
            model = (model + [outcome]).suffix(7)
            #expect(window.counts.calls == model.count, "seed \(generator.seed)")
            #expect(window.counts.failures == model.count { $0.failed }, "seed \(generator.seed)")
            #expect(window.counts.slow == model.count { $0.slow }, "seed \(generator.seed)")
        }
    }

    @Test("a window by time forgets what is older, to a tenth of the window")
    func timeWindow() {
        var generator = SeededGenerator()
        var window = OutcomeWindow(.time(.seconds(10)))
        var now = start
        var failures: [ContinuousClock.Instant] = []
        for _ in 0..<5_000 {
            now = now.advanced(
                by: .milliseconds(generator.oneIn(50) ? 15_000 : Int.random(in: 50...900, using: &generator))
            )
            window.record(failed: true, slow: false, now: now)
            failures = failures.suffix(200) + [now]
            let certain = failures.count { $0.duration(to: now) < .seconds(9) }
            let possible = failures.count { $0.duration(to: now) <= .seconds(10) }
            #expect((certain...possible).contains(window.counts.failures), "seed \(generator.seed)")
        }
    }

    @Test("random courses keep the books: no probe too many, none lost", arguments: 0..<10)
    func randomCourse(round: Int) {
        var generator = SeededGenerator()
        let configuration = configuration(probes: 3)
        var machine = CircuitBreaker.StateMachine(configuration)
        var now = start
        var out: [CircuitBreaker.Permit] = []
        for _ in 0..<5_000 {
            now = now.advanced(by: .milliseconds(Int.random(in: 0...400, using: &generator)))
            let before = machine.state(at: now)
            if Bool.random(using: &generator) {
                let permit = machine.admit(asProbe: true, now: now)
                #expect(before != .open || permit == nil, "seed \(generator.seed)")
                #expect(before != .closed || permit != nil, "seed \(generator.seed)")
                out += permit.map { [$0] } ?? []
            } else if let index = out.indices.randomElement(using: &generator) {
                let permit = out.remove(at: index)
                if generator.oneIn(3) {
                    machine.giveBack(permit)
                } else {
                    _ = machine.finish(permit, failed: generator.oneIn(2), slow: false, now: now)
                }
            }
            #expect((0...3).contains(machine.probesInFlight), "seed \(generator.seed)")
            if machine.state(at: now) == .halfOpen {
                let valid = out.count { machine.isValid($0) }
                #expect(machine.probesInFlight == (machine.probesInFlight == 0 ? 0 : valid), "seed \(generator.seed)")
            }
        }
        for permit in out {
            machine.giveBack(permit)
        }
        #expect(machine.probesInFlight == 0, "seed \(generator.seed)")
    }

    @Test("used for any work, a thrown error is a failure, a cancellation is not")
    func run() async throws {
        struct Broken: Error {}
        let clock = TestClock()
        let breaker = CircuitBreaker(configuration(minimumCalls: 2), timeline: Timeline(clock))
        for _ in 0..<5 {
            await #expect(throws: CancellationError.self) { try await breaker.run { throw CancellationError() } }
        }
        #expect(breaker.state == .closed)
        for _ in 0..<2 {
            await #expect(throws: Broken.self) { try await breaker.run { throw Broken() } }
        }
        await #expect { try await breaker.run {} } throws: { ($0 as? NetworkError)?.code == .circuitOpen }
        clock.advance(by: .seconds(5))
        for _ in 0..<3 {
            try await breaker.run {}
        }
        #expect(breaker.state == .closed)
    }
}
