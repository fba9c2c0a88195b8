// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESBatch

/// Drives the machine with random events beside a simple model of what must hold.
@Suite("LoaderState")
struct LoaderStateTests {
    private typealias Machine = LoaderState<Int, Int>

    private struct Model {
        var machine: Machine
        var waiting: [Int: (key: Int, partition: BatchPartition)] = [:]
        var toStart: [(batch: Int, partition: BatchPartition)] = []
        var windows: [(window: Int, partition: BatchPartition)] = []
        var inFlight: [LoadBatch<Int>] = []
        var answered: Set<Int> = []

        mutating func perform(_ action: Machine.Action, _ partition: BatchPartition) {
            switch action {
            case .none: break
            case .start(let batch): toStart.append((batch, partition))
            case .startWindow(let window): windows.append((window, partition))
            }
        }
    }

    @Test("each caller is answered once and by a batch of its partition, whatever happens", arguments: [false, true])
    func model(usesWindow: Bool) {
        for _ in 0..<150 {
            var generator = SeededGenerator()
            var rules = Machine.Lane.Rules()
            rules.usesWindow = usesWindow
            rules.maximumBatchSize = Int.random(in: 1...6, using: &generator)
            rules.maximumConcurrentBatches = Int.random(in: 1...3, using: &generator)
            rules.joinsInFlight = Bool.random(using: &generator)
            var model = Model(machine: Machine(rules: rules))
            let comment: Comment = "seed \(generator.seed)"
            for step in 0..<600 {
                advance(&model, step: step, generator: &generator, comment)
            }
            // Nothing more is asked for: everything must come to rest by itself.
            var rounds = 0
            while !model.toStart.isEmpty || !model.windows.isEmpty || !model.inFlight.isEmpty, rounds < 2000 {
                rounds += 1
                advance(&model, step: nil, generator: &generator, comment)
            }
            #expect(model.waiting.isEmpty, comment)
            #expect(model.machine.isIdle, comment)
        }
    }

    private func advance(_ model: inout Model, step: Int?, generator: inout SeededGenerator, _ comment: Comment) {
        let partitions: [BatchPartition] = ["a", "b"]
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<4:
            guard let step else { return }
            let key = Int.random(in: 0..<12, using: &generator)
            guard let partition = partitions.randomElement(using: &generator) else { return }
            let caller = Machine.Lane.Caller(id: step, waiter: step, context: nil)
            let isCancelled = generator.oneIn(20)
            switch model.machine.load(key, in: partition, by: caller, isCancelled: isCancelled) {
            case .cancelled(let waiter):
                #expect(isCancelled && waiter == step, comment)
            case .waiting(let action):
                model.waiting[step] = (key, partition)
                model.perform(action, partition)
            }
        case 4, 5:
            guard !model.toStart.isEmpty else { return }
            let start = model.toStart.remove(at: Int.random(in: 0..<model.toStart.count, using: &generator))
            let (batch, action) = model.machine.begin(start.batch, in: start.partition)
            model.perform(action, start.partition)
            guard let batch else { return }
            #expect(batch.partition == start.partition, comment)
            #expect(Set(batch.keys).count == batch.keys.count, "no key twice, \(comment)")
            #expect((1...model.machine.rules.maximumBatchSize).contains(batch.keys.count), comment)
            model.inFlight.append(batch)
            let count = model.inFlight.count { $0.partition == batch.partition }
            #expect(count <= model.machine.rules.maximumConcurrentBatches, comment)
        case 6:
            guard !model.windows.isEmpty else { return }
            let window = model.windows.removeFirst()
            model.perform(model.machine.windowEnded(window.window, in: window.partition), window.partition)
        case 7:
            guard !model.inFlight.isEmpty else { return }
            let batch = model.inFlight.remove(at: Int.random(in: 0..<model.inFlight.count, using: &generator))
            for (key, callers) in zip(batch.keys, model.machine.resolve(batch.keys, of: batch.id)) {
                callers.forEach { caller in
                    let waiting = model.waiting.removeValue(forKey: caller.id)
                    #expect(waiting?.key == key && waiting?.partition == batch.partition, comment)
                    #expect(model.answered.insert(caller.id).inserted, comment)
                }
            }
            model.perform(model.machine.finish(batch.id), batch.partition)
        case 8:
            guard let id = model.waiting.keys.sorted().randomElement(using: &generator),
                let (key, partition) = model.waiting.removeValue(forKey: id)
            else { return }
            let outcome = model.machine.cancel(id, of: key, in: partition)
            #expect(outcome.waiter == id, comment)
            if let abandoned = outcome.abandoned {
                let batch = model.inFlight.first { $0.id == abandoned }
                #expect(batch != nil, comment)
            }
            #expect(model.machine.cancel(id, of: key, in: partition).waiter == nil, comment)
        default:
            model.machine.clear(Int.random(in: 0..<12, using: &generator), in: "a")
        }
    }

    @Test("keys that are cancelled again and again leave nothing behind")
    func noGrowth() {
        var machine = Machine(rules: .init())
        _ = machine.load(0, in: "a", by: .init(id: 0, waiter: 0, context: nil), isCancelled: false)
        _ = machine.begin(1, in: "a")
        for id in 1..<10_000 {
            _ = machine.load(id % 3 + 1, in: "a", by: .init(id: id, waiter: id, context: nil), isCancelled: false)
            #expect(machine.cancel(id, of: id % 3 + 1, in: "a").waiter == id)
        }
        #expect(machine.gatheredCount(in: "a") == 0)
        _ = machine.resolve([0], of: 1)
        #expect(machine.finish(1) == .none)
        #expect(machine.isIdle)
    }

    @Test("a batch is abandoned with its last caller, and nobody joins it from then on")
    func abandons() {
        var machine = Machine(rules: .init())
        for id in 0..<3 {
            _ = machine.load(7, in: "a", by: .init(id: id, waiter: id, context: nil), isCancelled: false)
        }
        _ = machine.begin(1, in: "a")
        #expect(machine.cancel(0, of: 7, in: "a").abandoned == nil)
        #expect(machine.cancel(1, of: 7, in: "a").abandoned == nil)
        #expect(machine.cancel(2, of: 7, in: "a").abandoned == 1)
        // The call still runs, so the next one waits for its end.
        let outcome = machine.load(7, in: "a", by: .init(id: 3, waiter: 3, context: nil), isCancelled: false)
        guard case .waiting(.none) = outcome else {
            Issue.record("a second call beside the abandoned one")
            return
        }
        #expect(machine.gatheredCount(in: "a") == 1)
        #expect(machine.finish(1) == .start(batch: 2))
    }
}
