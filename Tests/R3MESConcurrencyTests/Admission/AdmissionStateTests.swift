// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

/// The rules of admission in the most obvious code, to compare with.
private struct ReferenceAdmission {
    struct Waiter {
        let id: Int
        let weight: Int
        let priority: PriorityClass
    }

    var limit: Int
    var inUse = 0
    var waiting: [Waiter] = []

    func charge(_ weight: Int) -> Int? {
        let charge = min(max(weight, 1), limit)
        return inUse + charge <= limit ? charge : nil
    }

    mutating func admit(weight: Int, priority: PriorityClass) -> Int? {
        guard !waiting.contains(where: { $0.priority >= priority }), let charge = charge(weight) else { return nil }
        inUse += charge
        return charge
    }

    mutating func admitNext(newestFirst: Bool) -> (id: Int, charge: Int)? {
        guard let highest = waiting.map(\.priority).max() else { return nil }
        let inClass = waiting.filter { $0.priority == highest }
        guard let head = newestFirst ? inClass.last : inClass.first, let charge = charge(head.weight) else {
            return nil
        }
        waiting.removeAll { $0.id == head.id }
        inUse += charge
        return (head.id, charge)
    }
}

@Suite("AdmissionState")
struct AdmissionStateTests {
    @Test("agrees with a naive model under random events", arguments: 0..<30)
    func matchesModel(_: Int) {
        var random = SeededGenerator()
        let limit = Int.random(in: 1...8, using: &random)
        var state = AdmissionState<Int>(limit: limit, maximumWaiting: 20)
        var model = ReferenceAdmission(limit: limit)
        var handles: [Int: AdmissionState<Int>.Handle] = [:]
        var charges: [Int] = []
        for id in 0..<3_000 {
            let comment = "seed \(random.seed), event \(id)"
            let priority = PriorityClass.allCases[Int.random(in: 0..<4, using: &random)]
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let weight = Int.random(in: -1...10, using: &random)
                let charge = state.admit(weight: weight, priority: priority)
                verify(charge == model.admit(weight: weight, priority: priority), comment)
                if let charge {
                    charges.append(charge)
                } else if let handle = state.enqueue(id, weight: weight, priority: priority) {
                    handles[id] = handle
                    model.waiting.append(.init(id: id, weight: weight, priority: priority))
                } else {
                    verify(model.waiting.count == 20, comment)
                }
            case 5..<8:
                guard let index = charges.indices.randomElement(using: &random) else { continue }
                let charge = charges.remove(at: index)
                state.release(charge)
                model.inUse -= charge
            case 8:
                guard let waiter = model.waiting.randomElement(using: &random), let handle = handles[waiter.id] else {
                    continue
                }
                let left = state.leave(handle)
                verify(left == waiter.id, comment)
                let leftAgain = state.leave(handle)
                verify(leftAgain == nil, comment)
                model.waiting.removeAll { $0.id == waiter.id }
            default:
                model.limit = Int.random(in: 1...8, using: &random)
                state.setLimit(model.limit)
            }
            let newestFirst = random.oneIn(2)
            var hasMore = true
            while let admission = state.admitNext(newestFirst: newestFirst) {
                verify(hasMore, "the state said that there was no more; \(comment)")
                let expected = model.admitNext(newestFirst: newestFirst)
                verify(admission.waiter == expected?.id && admission.charge == expected?.charge, comment)
                verify(admission.inUse <= state.limit, comment)
                charges.append(admission.charge)
                hasMore = admission.hasMore
            }
            let forgotten = model.admitNext(newestFirst: newestFirst)
            verify(forgotten == nil, "somebody who fits was left out; \(comment)")
            verify(state.inUse == model.inUse && state.inUse == charges.reduce(0, +), comment)
            verify(state.waiting == model.waiting.count, comment)
        }
    }

    @Test("a heavy waiter is not starved by light newcomers")
    func heavyWaiter() throws {
        var state = AdmissionState<String>(limit: 4, maximumWaiting: 10)
        let firstCharge = state.admit(weight: 2, priority: .normal)
        let first = try #require(firstCharge)
        let handle = state.enqueue("heavy", weight: 4, priority: .normal)
        _ = try #require(handle)
        let light = state.admit(weight: 1, priority: .normal)
        #expect(light == nil)
        let lightest = state.admit(weight: 1, priority: .low)
        #expect(lightest == nil)
        state.release(first)
        let next = state.admitNext()?.waiter
        #expect(next == "heavy")
    }

    @Test("what is heavier than the limit goes in alone, also when the limit sinks while it waits")
    func heavierThanTheLimit() throws {
        var state = AdmissionState<String>(limit: 4, maximumWaiting: 10)
        let firstCharge = state.admit(weight: 1, priority: .normal)
        let first = try #require(firstCharge)
        let handle = state.enqueue("heavy", weight: 100, priority: .normal)
        _ = try #require(handle)
        state.setLimit(2)
        let early = state.admitNext()
        #expect(early == nil)
        state.release(first)
        let alone = state.admitNext()
        let admission = try #require(alone)
        #expect(admission.charge == 2)
        let beside = state.admit(weight: 1, priority: .critical)
        #expect(beside == nil)
    }

    @Test("the lowest class makes room first, the one that waited longest in it before the others")
    func displacement() throws {
        var state = AdmissionState<String>(limit: 1, maximumWaiting: 3)
        _ = state.admit(weight: 1, priority: .normal)
        for (name, priority) in [("old", PriorityClass.low), ("new", .low), ("normal", .normal)] {
            let handle = state.enqueue(name, weight: 1, priority: priority)
            _ = try #require(handle)
        }
        let refused = state.enqueue("more", weight: 1, priority: .high)
        #expect(refused == nil)
        let none = state.displace(for: .low, allowingEqual: false)
        #expect(none == nil)
        let oldestOfLowest = state.displace(for: .normal, allowingEqual: false)
        #expect(oldestOfLowest == "old")
        let equal = state.displace(for: .low, allowingEqual: true)
        #expect(equal == "new")
        let last = state.displace(for: .normal, allowingEqual: false)
        #expect(last == nil)
    }
}
