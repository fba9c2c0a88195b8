// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

@Suite("WaitQueue")
struct WaitQueueTests {
    @Test("behaves like four arrays under random events", arguments: 0..<20)
    func matchesModel(_: Int) {
        var random = SeededGenerator()
        var queue = WaitQueue<Int>()
        var model: [(id: Int, priority: PriorityClass, handle: WaitQueue<Int>.Handle)] = []
        var gone: [WaitQueue<Int>.Handle] = []
        for id in 0..<3_000 {
            let comment = "seed \(random.seed), event \(id)"
            let priority = PriorityClass.allCases[Int.random(in: 0..<4, using: &random)]
            let inClass = model.filter { $0.priority == priority }
            verify(queue.oldest(in: priority) == inClass.first?.id, comment)
            verify(queue.newest(in: priority) == inClass.last?.id, comment)
            switch Int.random(in: 0..<9, using: &random) {
            case 0..<4:
                model.append((id, priority, queue.append(id, priority: priority)))
            case 4:
                let oldest = queue.popOldest(in: priority)
                verify(oldest == inClass.first?.id, comment)
                gone += inClass.prefix(1).map(\.handle)
            case 5:
                let newest = queue.popNewest(in: priority)
                verify(newest == inClass.last?.id, comment)
                gone += inClass.suffix(1).map(\.handle)
            case 6:
                if let handle = gone.randomElement(using: &random) {
                    let ghost = queue.remove(handle)
                    verify(ghost == nil, "who has left leaves no ghost; \(comment)")
                }
            default:
                if let waiter = model.randomElement(using: &random) {
                    let removed = queue.remove(waiter.handle)
                    verify(removed == waiter.id, comment)
                    gone.append(waiter.handle)
                }
            }
            model.removeAll { $0.handle == gone.last }
            verify(queue.count == model.count, comment)
            verify(queue.highestClass == model.map(\.priority).max(), comment)
            verify(queue.lowestClass == model.map(\.priority).min(), comment)
        }
    }

    @Test("uses places again, and gives memory back after a flood")
    func memory() {
        var queue = WaitQueue<Int>()
        for id in 0..<10_000 {
            let handle = queue.append(id, priority: .normal)
            if id % 10 != 0 {
                let removed = queue.remove(handle)
                #expect(removed == id)
            }
        }
        #expect(queue.nodeCount <= 1_001)
        let stale = queue.append(-1, priority: .low)
        while queue.popOldest(in: .normal) != nil {}
        let last = queue.remove(stale)
        #expect(last == -1)
        #expect(queue.nodeCount == 0)
        _ = queue.append(7, priority: .low)
        let ghost = queue.remove(stale)
        #expect(ghost == nil, "an old handle must not fit a new element in the same place")
    }
}
