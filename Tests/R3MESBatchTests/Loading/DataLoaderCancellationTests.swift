// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESBatch

@Suite("DataLoader cancellation", .timeLimit(.minutes(2)))
struct DataLoaderCancellationTests {
    private func makeLoader(_ recorder: LoadRecorder) throws -> DataLoader<Int, Int> {
        try DataLoader(values: { try await recorder.load($0) })
    }

    private func isIdle(_ loader: DataLoader<Int, Int>) -> Bool {
        loader.state.withLock { $0.machine.isIdle && $0.tasks.isEmpty }
    }

    @Test("a cancelled caller leaves while the call goes on for the others")
    func leavesAtOnce() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(recorder)
        let stays = Task { try await loader.load(1) }
        await recorder.waitForCalls(1)
        let leaves = Task { try await loader.load(1) }
        await eventually { loader.state.withLock { $0.lastCaller } == 2 }
        leaves.cancel()
        await #expect(throws: CancellationError.self) { try await leaves.value }
        #expect(recorder.cancelledCount == 0)
        recorder.open()
        #expect(try await stays.value == 10)
    }

    @Test("the call is cancelled when its last caller has left")
    func cancelsAbandoned() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(recorder)
        let callers = (0..<5).map { key in Task { try await loader.load(key) } }
        await recorder.waitForCalls(1)
        await eventually { loader.state.withLock { $0.lastCaller } == 5 }
        callers.forEach { $0.cancel() }
        for caller in callers {
            await #expect(throws: CancellationError.self) { try await caller.value }
        }
        await eventually { recorder.cancelledCount > 0 }
        await eventually { isIdle(loader) }
        recorder.open()
        #expect(try await loader.load(9) == 90)
    }

    @Test("a caller that has vanished is not asked for")
    func vanished() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(recorder)
        let first = Task { try await loader.load(0) }
        await recorder.waitForCalls(1)
        let vanishing = (1...3).map { key in Task { try await loader.load(key) } }
        await eventually { loader.state.withLock { $0.machine.gatheredCount(in: .shared) } == 3 }
        vanishing.prefix(2).forEach { $0.cancel() }
        for task in vanishing.prefix(2) { _ = await task.result }
        recorder.open()
        _ = try await (first.value, vanishing[2].value)
        #expect(recorder.calls == [[0], [3]])
    }

    @Test("a caller that is cancelled before it asks makes no call")
    func cancelledBefore() async throws {
        let recorder = LoadRecorder()
        let loader = try makeLoader(recorder)
        let task = Task {
            await eventually { Task.isCancelled }
            return try await loader.load(1)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(recorder.calls.isEmpty)
    }

    @Test("one who asked for many keys leaves them all")
    func many() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(recorder)
        let task = Task { try await loader.load(all: 0..<50) }
        await recorder.waitForCalls(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await eventually { isIdle(loader) }
        #expect(recorder.cancelledCount == 1)
    }

    @Test("20,000 loads with cancellations: each ends, with its own value or cancelled, and nothing is left behind")
    func storm() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let loader = try DataLoader<Int, Int>(values: { batch in
            for _ in 0..<batch.keys.count % 3 { await Task.yield() }
            try Task.checkCancellation()
            return batch.keys.reduce(into: [:]) { $0[$1] = $1 * 10 }
        })
        let partitions: [BatchPartition] = ["a", "b", "c"]
        await withTaskGroup { group in
            for index in 0..<20_000 {
                let key = Int.random(in: 0..<64, using: &generator)
                let cancels = generator.oneIn(3)
                let delay = Int.random(in: 0..<4, using: &generator)
                group.addTask {
                    let load = Task { try await loader.load(key, in: partitions[index % 3]) }
                    if cancels {
                        for _ in 0..<delay { await Task.yield() }
                        load.cancel()
                    }
                    switch await load.result {
                    case .success(let value): return value == key * 10
                    case .failure(let error): return cancels && error is CancellationError
                    }
                }
            }
            for await isRight in group { #expect(isRight, "seed \(seed)") }
        }
        await eventually { isIdle(loader) }
    }
}
