// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESBatch

@Suite("processInBatches", .timeLimit(.minutes(1)))
struct ProcessInBatchesTests {
    private func tuner(_ sizes: ClosedRange<Int>) throws -> BatchSizeTuner {
        try BatchSizeTuner(configuration: .init(sizes: sizes))
    }

    @Test("each item is in one batch, and results are in order", arguments: [1, 3, 16])
    func order(concurrency: Int) async throws {
        var tuner = try tuner(1...50)
        let outputs = try await processInBatches(0..<5000, tuner: &tuner, maximumConcurrency: concurrency) { batch in
            if batch.lowerBound.isMultiple(of: 3) { await Task.yield() }
            return Array(batch)
        }
        #expect(outputs.flatMap(\.self) == Array(0..<5000))
        #expect(tuner.batchCount > 0)
    }

    @Test(
        "work that waits takes the time of one batch after the other, divided by the concurrency",
        arguments: [1, 3, 8]
    )
    func speedUp(concurrency: Int) async throws {
        let clock = TestClock()
        var tuner = try tuner(20...20)
        let start = clock.now
        let work = Task {
            try await processInBatches(0..<960, tuner: &tuner, maximumConcurrency: concurrency, clock: clock) { batch in
                try await clock.sleep(for: .milliseconds(10))
                return batch.count
            }
        }
        for _ in 0..<48 / concurrency {
            await clock.waitForSleepers(concurrency)
            #expect(clock.sleeperCount == concurrency)
            clock.advance(by: .milliseconds(10))
        }
        #expect(try await work.value.reduce(0, +) == 960)
        #expect(clock.now - start == .milliseconds(480 / concurrency))
    }

    @Test("the first error ends it: others are cancelled, no further batch starts")
    func error() async throws {
        struct Failure: Error {}
        let started = Counter()
        var tuner = try tuner(1...1)
        await #expect(throws: Failure.self) {
            try await processInBatches(0..<1000, tuner: &tuner, maximumConcurrency: 4) { batch in
                started.increment()
                if batch.lowerBound == 3 { throw Failure() }
                await eventually { Task.isCancelled }
            }
        }
        #expect(started.value == 4)
    }

    @Test("a cancelled caller starts no further batch")
    func cancellation() async throws {
        let started = Counter()
        let work = Task {
            var tuner = try tuner(1...1)
            return try await processInBatches(0..<1000, tuner: &tuner, maximumConcurrency: 2) { _ in
                started.increment()
                await eventually { Task.isCancelled }
            }
        }
        await eventually { started.value == 2 }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(started.value == 2)
    }

    @Test("nothing to do is nothing done")
    func empty() async throws {
        var tuner = try tuner(1...10)
        let outputs = try await processInBatches([Int](), tuner: &tuner, maximumConcurrency: 4) { $0.count }
        #expect(outputs.isEmpty)
    }
}
