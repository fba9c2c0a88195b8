// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESCache

@Suite("Whether the memory may be trusted")
struct CoherenceStateTests {
    private func makeState() -> CoherenceState {
        CoherenceState(limits: .init(maximumDelay: 100, failures: 3, retryInterval: 50, journal: 10))
    }

    private func flush(_ state: inout CoherenceState) {
        while let number = state.takeFlush() { state.flushed(number) }
    }

    private func makeTrusted() -> CoherenceState {
        var state = makeState()
        state.listen(now: 0)
        flush(&state)
        return state
    }

    @Test("only while Redis tells of changes, and after the flush")
    func listening() {
        var state = makeState()
        #expect(state.path(now: 0) == .blind)
        state.listen(now: 0)
        #expect(state.path(now: 0) == .through)
        let number = state.takeFlush()
        #expect(number != nil)
        let none = state.takeFlush()
        #expect(none == nil)
        #expect(state.path(now: 0) == .through)
        state.flushed(number ?? 0)
        #expect(state.path(now: 0) == .trusted)
        state.lose()
        #expect(state.path(now: 0) == .blind)
        let another = state.takeFlush()
        #expect(another != nil)
    }

    @Test("a flush that became necessary during a flush is done too")
    func twoFlushes() {
        var state = makeState()
        state.listen(now: 0)
        let first = state.takeFlush() ?? 0
        state.miss()
        state.flushed(first)
        #expect(state.path(now: 0) == .through)
        flush(&state)
        #expect(state.path(now: 0) == .trusted)
    }

    @Test("only for so long after the last probe that came back was sent")
    func probes() {
        var state = makeTrusted()
        #expect(state.path(now: 99) == .trusted)
        #expect(state.path(now: 100) == .through)
        let first = state.nextProbe(now: 110) ?? 0
        let second = state.nextProbe(now: 120)
        #expect(second == nil)
        let foreign = state.receive(probe: first + 1, now: 130)
        #expect(foreign == nil)
        let delay = state.receive(probe: first, now: 140)
        #expect(delay == 30)
        #expect(state.path(now: 209) == .trusted)
        #expect(state.path(now: 210) == .through)
        // Nothing was missed: there is nothing to flush.
        let flush = state.takeFlush()
        #expect(flush == nil)
    }

    @Test("a probe that is given up proves nothing when it comes after all")
    func lateProbe() {
        var state = makeTrusted()
        let first = state.nextProbe(now: 10) ?? 0
        let second = state.nextProbe(now: 110) ?? 0
        #expect(second > first)
        let late = state.receive(probe: first, now: 120)
        #expect(late == nil)
        #expect(state.path(now: 120) == .through)
        let delay = state.receive(probe: second, now: 130)
        #expect(delay == 20)
        #expect(state.path(now: 130) == .trusted)
    }

    @Test("reads must fail several times in a row to make it do without Redis, one write is enough")
    func isolation() {
        var state = makeTrusted()
        for _ in 0..<2 {
            let isIsolated = state.failRead(now: 0)
            #expect(!isIsolated)
        }
        state.succeed()
        for _ in 0..<2 {
            let isIsolated = state.failRead(now: 0)
            #expect(!isIsolated)
        }
        let isIsolated = state.failRead(now: 0)
        #expect(isIsolated)
        flush(&state)
        #expect(state.path(now: 0) == .isolated)

        var other = makeTrusted()
        let began = other.beginWrite([.key("a")])
        #expect(began)
        let isolated = other.failWrite([.key("a")], now: 0)
        #expect(isolated)
        let next = other.beginWrite([.key("b")])
        #expect(!next)
        #expect(other.journalCount == 2)
    }

    @Test("Redis is used again when it has been told of everything, also of what came meanwhile")
    func recovery() {
        var state = makeTrusted()
        _ = state.failWrite([.key("a")], now: 0)
        flush(&state)
        let early = state.beginRecovery(now: 49)
        #expect(!early)
        let begins = state.beginRecovery(now: 50)
        #expect(begins)
        let twice = state.beginRecovery(now: 50)
        #expect(!twice)
        let first = state.nextRecoveryStep()
        #expect(first == [.key("a")])
        _ = state.beginWrite([.key("b")])
        let second = state.nextRecoveryStep()
        #expect(second == [.key("b")])
        #expect(state.path(now: 60) == .isolated)
        let end = state.nextRecoveryStep()
        #expect(end == nil)
        // Not before what was kept meanwhile is gone.
        #expect(state.path(now: 60) == .through)
        flush(&state)
        #expect(state.path(now: 60) == .trusted)
    }

    @Test("a recovery that fails forgets nothing and is tried again later")
    func failedRecovery() {
        var state = makeTrusted()
        _ = state.failWrite([.key("a")], now: 0)
        _ = state.beginRecovery(now: 50)
        _ = state.nextRecoveryStep()
        state.failRecovery(now: 60)
        #expect(state.journalCount == 1)
        let early = state.beginRecovery(now: 109)
        #expect(!early)
        let begins = state.beginRecovery(now: 110)
        #expect(begins)
    }
}
