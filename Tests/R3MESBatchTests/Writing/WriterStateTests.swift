// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESBatch

/// Drives the machine with random events beside a simple model of what must hold.
@Suite("WriterState")
struct WriterStateTests {
    private typealias Machine = WriterState<Int, Int>

    private struct Model {
        var machine: Machine
        var now = Duration.zero
        var appended: Set<Int> = []
        var queued: [Int] = []
        var accepted: [Int] = []
        var written: [Int] = []
        var inFlight: [Machine.Entry] = []
        var awaited: Set<Int> = []
        var flushes: [Int: Int] = [:]
    }

    @Test("accepts in order, writes in order, once each, within its bounds")
    func model() {
        for _ in 0..<200 {
            var generator = SeededGenerator()
            var limits = Machine.Limits()
            limits.maximumBatchCount = Int.random(in: 1...5, using: &generator)
            limits.maximumBatchBytes = Int.random(in: 5...30, using: &generator)
            limits.maximumHeldCount = limits.maximumBatchCount + Int.random(in: 0...5, using: &generator)
            limits.maximumHeldBytes = limits.maximumBatchBytes + Int.random(in: 0...20, using: &generator)
            var model = Model(machine: Machine(limits: limits))
            let comment: Comment = "seed \(generator.seed)"
            for id in 0..<800 {
                step(&model, id: id, &generator, comment)
                #expect(model.machine.heldCount <= limits.maximumHeldCount, comment)
            }
            let refused = model.machine.close()
            #expect(refused == model.queued, comment)
            model.queued = []
            var rounds = 0
            while !isFinished(&model, comment), rounds < 1000 { rounds += 1 }
            #expect(model.written == model.accepted, comment)
            #expect(model.flushes.isEmpty, comment)
            #expect(model.machine.abandon().waiters.isEmpty, comment)
        }
    }

    private func step(_ model: inout Model, id: Int, _ generator: inout SeededGenerator, _ comment: Comment) {
        model.now += .milliseconds(Int.random(in: 0...3, using: &generator))
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<5:
            let bytes = Int.random(in: 0...model.machine.limits.maximumHeldBytes + 1, using: &generator)
            let waits = Bool.random(using: &generator)
            let candidate = Machine.Candidate(
                id: id,
                item: id,
                bytes: bytes,
                record: nil,
                waiter: id,
                waitsUntilWritten: waits
            )
            switch model.machine.append(candidate, isCancelled: false, now: model.now) {
            case .accepted(let acceptance):
                #expect(model.queued.isEmpty, "nobody is overtaken, \(comment)")
                #expect(acceptance.waiter == (waits ? nil : id), comment)
                model.accepted.append(id)
                if waits { model.awaited.insert(id) }
            case .waiting:
                model.queued.append(id)
                if waits { model.awaited.insert(id) }
            case .tooLarge:
                #expect(bytes > model.machine.limits.maximumHeldBytes, comment)
            case .cancelled, .closed:
                Issue.record("refused, \(comment)")
            }
        case 5:
            guard let id = model.queued.randomElement(using: &generator) else { return }
            model.queued.removeAll { $0 == id }
            model.awaited.remove(id)
            #expect(model.machine.cancel(id) == id, comment)
            #expect(model.machine.cancel(id) == nil, comment)
        case 6:
            switch model.machine.flush(10_000 + id, waiter: 10_000 + id, isCancelled: false) {
            case .waiting: model.flushes[10_000 + id] = model.accepted.count
            case .done: #expect(model.written.count == model.accepted.count, comment)
            case .cancelled: Issue.record("cancelled, \(comment)")
            }
        default:
            _ = isFinished(&model, comment)
        }
    }

    /// Takes a batch when none is in flight, else resolves a part of it.
    private func isFinished(_ model: inout Model, _ comment: Comment) -> Bool {
        guard !model.inFlight.isEmpty else {
            switch model.machine.next(now: model.now) {
            case .write(let batch):
                #expect(!batch.isEmpty && batch.count <= model.machine.limits.maximumBatchCount, comment)
                let bytes = batch.reduce(0) { $0 + $1.bytes }
                #expect(batch.count == 1 || bytes <= model.machine.limits.maximumBatchBytes, comment)
                model.inFlight = batch
            case .wait(let duration):
                model.now += duration ?? .zero
            case .finish:
                return true
            }
            return false
        }
        let count = (model.inFlight.count + 1) / 2
        let part = model.inFlight.prefix(count)
        model.inFlight.removeFirst(count)
        for (id, waiter) in model.machine.takeWaiters(part) {
            #expect(waiter == id && model.awaited.remove(id) != nil, comment)
        }
        model.written += part.map(\.item)
        let resolution = model.machine.resolve(count, now: model.now)
        for _ in resolution.accepted {
            model.accepted.append(model.queued.removeFirst())
        }
        for waiter in resolution.flushed {
            let needed = model.flushes.removeValue(forKey: waiter)
            #expect(needed.map { $0 <= model.written.count } == true, comment)
        }
        return false
    }

    @Test("waits until the oldest item is old enough, and not when something is due")
    func age() {
        var limits = Machine.Limits()
        limits.maximumBatchCount = 3
        limits.maximumAge = .milliseconds(10)
        var machine = Machine(limits: limits)
        func append(_ id: Int, at now: Duration) {
            let candidate = Machine.Candidate(
                id: id,
                item: id,
                bytes: 0,
                record: nil,
                waiter: id,
                waitsUntilWritten: false
            )
            _ = machine.append(candidate, isCancelled: false, now: now)
        }
        /// What is written at that time, or after how long something would be.
        func next(at now: Duration) -> (items: [Int], wait: Duration?) {
            switch machine.next(now: now) {
            case .write(let batch): (batch.map(\.item), nil)
            case .wait(let duration): ([], duration)
            case .finish: ([], nil)
            }
        }
        #expect(next(at: .zero) == ([], nil))
        append(1, at: .milliseconds(1))
        append(2, at: .milliseconds(5))
        #expect(next(at: .milliseconds(6)) == ([], .milliseconds(5)))
        #expect(next(at: .milliseconds(11)) == ([1, 2], nil))
        for id in 3...5 { append(id, at: .milliseconds(12)) }
        #expect(next(at: .milliseconds(12)) == ([3, 4, 5], nil))
    }
}
