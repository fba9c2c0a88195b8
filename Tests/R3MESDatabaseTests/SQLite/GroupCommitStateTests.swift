// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESDatabase

@Suite("The group commit, as a value")
struct GroupCommitStateTests {
    private enum Kind: Sendable {
        case statement, unit, lease, alone
    }

    private struct Entry: Sendable {
        var name: Int
        var kind = Kind.statement
        var isAbandoned = false
    }

    private func makeState(size: Int = 100, queued: Int = 100) -> GroupCommitState<Entry> {
        GroupCommitState(
            maximumQueued: queued,
            maximumGroupSize: size,
            maximumGroupAge: .milliseconds(10),
            role: { entry in
                switch entry.kind {
                case .statement: .statement
                case .unit: .unit
                case .lease: .lease
                case .alone: .alone
                }
            },
            isAbandoned: { $0.isAbandoned }
        )
    }

    /// What the writer does, as text, until it rests or a lease begins.
    private func steps(_ state: inout GroupCommitState<Entry>, at now: Duration = .zero) -> [String] {
        var steps: [String] = []
        while true {
            switch state.next(at: now) {
            case .runAlone(let entry): steps.append("alone \(entry.name)")
            case .run(let entry): steps.append("run \(entry.name)")
            case .lease(let entry): return steps + ["lease \(entry.name)"]
            case .commit: steps.append("commit")
            case .rest: return steps
            }
        }
    }

    @Test("a statement that is alone needs no transaction, and those that wait share one, in their order")
    func groups() {
        var state = makeState()
        let taken1 = state.submit(Entry(name: 1))
        #expect(taken1 == .start)
        let taken2 = steps(&state)
        #expect(taken2 == ["alone 1"])
        #expect(state.isResting)
        for name in 2...4 { _ = state.submit(Entry(name: name)) }
        let taken3 = steps(&state)
        #expect(taken3 == ["run 2", "run 3", "run 4", "commit"])
        #expect(state.isResting)
    }

    @Test("several statements that belong together have a transaction even when they are alone")
    func units() {
        var state = makeState()
        _ = state.submit(Entry(name: 1, kind: .unit))
        let taken4 = steps(&state)
        #expect(taken4 == ["run 1", "commit"])
    }

    @Test("a lease joins the group, and nobody writes until it has ended")
    func leases() {
        var state = makeState()
        _ = state.submit(Entry(name: 1, kind: .unit))
        _ = state.submit(Entry(name: 2, kind: .lease))
        let taken5 = steps(&state)
        #expect(taken5 == ["run 1", "lease 2"])
        let taken6 = state.submit(Entry(name: 3))
        #expect(taken6 == .queued)
        let taken7 = steps(&state)
        #expect(taken7.isEmpty)
        #expect(!state.isResting)
        state.leaseEnded()
        let taken8 = steps(&state)
        #expect(taken8 == ["run 3", "commit"])
    }

    @Test("a group that is full, or old, is committed before the next one joins")
    func bounds() {
        var state = makeState(size: 2)
        for name in 1...5 { _ = state.submit(Entry(name: name)) }
        let taken9 = steps(&state)
        #expect(taken9 == ["run 1", "run 2", "commit", "run 3", "run 4", "commit", "alone 5"])

        _ = state.submit(Entry(name: 6, kind: .lease))
        _ = state.submit(Entry(name: 7))
        let taken10 = steps(&state)
        #expect(taken10 == ["lease 6"])
        state.leaseEnded()
        let taken11 = steps(&state, at: .milliseconds(10))
        #expect(taken11 == ["commit", "alone 7"])
    }

    @Test("what runs outside of transactions is kept out of groups")
    func solitary() {
        var state = makeState()
        _ = state.submit(Entry(name: 1))
        _ = state.submit(Entry(name: 2, kind: .alone))
        _ = state.submit(Entry(name: 3))
        let taken12 = steps(&state)
        #expect(taken12 == ["run 1", "commit", "alone 2", "alone 3"])
    }

    @Test("whoever was given up while waiting is passed over, and an open group is committed all the same")
    func abandoned() {
        var state = makeState()
        _ = state.submit(Entry(name: 1, kind: .unit))
        _ = state.submit(Entry(name: 2, isAbandoned: true))
        _ = state.submit(Entry(name: 3, isAbandoned: true))
        let taken13 = steps(&state)
        #expect(taken13 == ["run 1", "commit"])
    }

    @Test("statements of a lost group are run again, before those that came later")
    func lost() {
        var state = makeState()
        for name in 1...3 { _ = state.submit(Entry(name: name)) }
        for _ in 1...2 { _ = state.next(at: .zero) }
        state.groupLost(again: [Entry(name: 1)])
        let taken14 = steps(&state)
        #expect(taken14 == ["run 1", "run 3", "commit"])
    }

    @Test("too many are refused, and all are once it is closed")
    func refusals() {
        var state = makeState(queued: 2)
        _ = state.submit(Entry(name: 1))
        _ = state.submit(Entry(name: 2))
        let taken15 = state.submit(Entry(name: 3))
        #expect(taken15 == .full)
        state.close()
        let taken16 = state.submit(Entry(name: 4))
        #expect(taken16 == .closed)
        let taken17 = steps(&state)
        #expect(taken17 == ["run 1", "run 2", "commit"])
    }
}
