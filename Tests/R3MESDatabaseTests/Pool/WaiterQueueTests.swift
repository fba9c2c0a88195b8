// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("WaiterQueue")
struct WaiterQueueTests {
    private func entry(_ waiter: Int, deadline: Int = 0) -> WaiterQueue<Int>.Entry {
        .init(waiter: waiter, place: PoolModel.place, since: .zero, deadline: .seconds(deadline))
    }

    @Test("behaves as an array does, whatever is done to it")
    func againstArray() {
        forAll(cases: 300) { random in
            var queue = WaiterQueue<Int>()
            var model: [(waiter: Int, deadline: Int, handle: WaiterQueue<Int>.Handle)] = []
            var gone: [WaiterQueue<Int>.Handle] = []
            // Longer than what an emptied queue keeps.
            for waiter in 0..<Int.random(in: 1...1200, using: &random) {
                switch Int.random(in: 0..<7, using: &random) {
                case 0...3:
                    let deadline = Int.random(in: 0...1000, using: &random)
                    model.append((waiter, deadline, queue.append(entry(waiter, deadline: deadline))))
                case 4:
                    let first = model.isEmpty ? nil : model.removeFirst()
                    try hold(queue.popFirst()?.waiter == first?.waiter, "popFirst")
                    if let first { gone.append(first.handle) }
                case 5 where !model.isEmpty:
                    let removed = model.remove(at: Int.random(in: model.indices, using: &random))
                    try hold(queue.remove(removed.handle) == removed.waiter, "remove")
                    gone.append(removed.handle)
                default:
                    let now = random.oneIn(20) ? 1000 : Int.random(in: 0...50, using: &random)
                    let due = model.filter { $0.deadline <= now }
                    model.removeAll { $0.deadline <= now }
                    try hold(queue.removeAll(dueBy: .seconds(now)).map(\.waiter) == due.map(\.waiter), "removeAll")
                    gone += due.map(\.handle)
                }
                try hold(queue.count == model.count, "count")
                if let earliest = model.map(\.deadline).min() {
                    try hold(queue.earliestDeadline.map { $0 <= .seconds(earliest) } == true, "earliestDeadline")
                } else {
                    try hold(queue.earliestDeadline == nil && queue.isEmpty, "empty")
                }
                if let handle = gone.randomElement(using: &random) {
                    try hold(queue.remove(handle) == nil, "a waiter left twice")
                }
            }
            while let next = queue.popFirst() {
                try hold(!model.isEmpty && model.removeFirst().waiter == next.waiter, "order")
            }
            try hold(model.isEmpty, "lost")
        }
    }
}
