// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESBatch

@Suite("DataLoader", .timeLimit(.minutes(1)))
struct DataLoaderTests {
    private func makeLoader(
        _ recorder: LoadRecorder,
        clock: any Clock<Duration> = ContinuousClock(),
        captureContext: (@Sendable () -> any Sendable)? = nil,
        configure: (inout DataLoader<Int, Int>.Configuration) -> Void = { _ in }
    ) throws -> DataLoader<Int, Int> {
        var configuration = DataLoader<Int, Int>.Configuration()
        configure(&configuration)
        return try DataLoader(configuration: configuration, clock: clock, captureContext: captureContext) { batch in
            try await recorder.load(batch)
        } as DataLoader<Int, Int>
    }

    private func gathered(_ loader: DataLoader<Int, Int>, _ partition: BatchPartition = .shared) -> Int {
        loader.state.withLock { $0.machine.gatheredCount(in: partition) }
    }

    @Test("a load that finds nothing in flight is sent without a timer")
    func atOnce() async throws {
        let recorder = LoadRecorder()
        // On a clock that stands still anything that waits for time would wait for ever.
        let loader = try makeLoader(recorder, clock: TestClock())
        #expect(try await loader.load(4) == 40)
        #expect(recorder.calls == [[4]])
    }

    @Test("1,000 concurrent loads behind one in flight make one more call, each key once")
    func gathersWhileInFlight() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(recorder)
        let first = Task { try await loader.load(-1) }
        await recorder.waitForCalls(1)
        try await withThrowingTaskGroup { group in
            for index in 0..<1000 {
                group.addTask { try await (index % 500, loader.load(index % 500)) }
            }
            await eventually { gathered(loader) == 500 }
            recorder.open()
            for try await (key, value) in group { #expect(value == key * 10) }
        }
        #expect(try await first.value == -10)
        #expect(recorder.calls.count == 2)
        #expect(Set(recorder.calls[1]) == Set(0..<500))
        #expect(recorder.calls[1].count == 500)
    }

    @Test("a load of a key in flight waits for that result; after clear it reads anew")
    func joins() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(recorder)
        let first = Task { try await loader.load(1) }
        await recorder.waitForCalls(1)
        let joined = Task { try await loader.load(1) }
        await eventually { loader.state.withLock { $0.lastCaller } == 2 }
        loader.clear(1)
        let fresh = Task { try await loader.load(1) }
        await eventually { gathered(loader) >= 1 }
        recorder.open()
        _ = try await (first.value, joined.value, fresh.value)
        #expect(recorder.calls == [[1], [1]])
    }

    @Test("a full batch is not kept waiting by one in flight, up to the allowed number")
    func fullBatches() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(
            recorder,
            configure: {
                $0.maximumBatchSize = 10
                $0.maximumConcurrentBatches = 3
            }
        )
        let all = Task { try await loader.load(all: 0..<100) }
        await recorder.waitForCalls(3)
        for _ in 0..<100 { await Task.yield() }
        #expect(recorder.calls.map(\.count) == [10, 10, 10])
        recorder.open()
        #expect(try await all.value == (0..<100).reduce(into: [:]) { $0[$1] = $1 * 10 })
        #expect(recorder.calls.map(\.count) == Array(repeating: 10, count: 10))
    }

    @Test("a window gathers for its time, and no longer than until the batch is full")
    func window() async throws {
        let recorder = LoadRecorder()
        let clock = TestClock()
        let loader = try makeLoader(
            recorder,
            clock: clock,
            configure: {
                $0.dispatch = .window(.milliseconds(10))
                $0.maximumBatchSize = 3
            }
        )
        async let one = loader.load(1)
        async let two = loader.load(2)
        await eventually { gathered(loader) == 2 }
        await clock.waitForSleepers()
        #expect(recorder.calls.isEmpty)
        #expect(clock.exactSleepCount == 1 && clock.tolerantSleepCount == 0)
        clock.advance(by: .milliseconds(10))
        #expect(try await [one, two] == [10, 20])
        // Full before the window is over, on a clock that stands still.
        #expect(try await loader.load(all: [3, 4, 5]).count == 3)
        #expect(recorder.calls.map(\.count) == [2, 3])
    }

    @Test("each caller gets the error of its own key")
    func errorsPerKey() async throws {
        struct Odd: Error {}
        let loader = try DataLoader<Int, Int>(results: { batch in
            batch.keys.reduce(into: [:]) { $0[$1] = $1.isMultiple(of: 2) ? .success($1) : .failure(Odd()) }
        })
        let results = try await loader.results(for: 0..<10)
        for (key, result) in results {
            #expect((try? result.get()) == (key.isMultiple(of: 2) ? key : nil))
        }
        await #expect(throws: Odd.self) { try await loader.load(3) }
        #expect(try await loader.results(for: []).isEmpty)
    }

    @Test("a key without a value fails, or gets the substitute")
    func missing() async throws {
        let strict = try DataLoader<Int, Int?>(values: { _ in [:] })
        let error = await #expect(throws: BatchError.self) { try await strict.load(1) }
        #expect(error?.code == .missingValue)
        var configuration = DataLoader<Int, Int?>.Configuration()
        configuration.missingKey = .substitutes(nil)
        let lenient = try DataLoader<Int, Int?>(configuration: configuration, values: { _ in [:] })
        #expect(try await lenient.load(1) == .some(nil))
    }

    @Test("one poisonous key fails alone, in few calls")
    func poison() async throws {
        struct Poison: Error {}
        var configuration = DataLoader<Int, Int>.Configuration()
        configuration.maximumIsolationCalls = 64
        let counter = Counter()
        let loader = try DataLoader<Int, Int>(
            configuration: configuration,
            values: { batch in
                counter.increment()
                if batch.keys.contains(77) { throw Poison() }
                return batch.keys.reduce(into: [:]) { $0[$1] = $1 }
            }
        )
        let results = try await loader.results(for: 0..<256)
        #expect(results.count == 256)
        for (key, result) in results {
            #expect((try? result.get()) == (key == 77 ? nil : key))
        }
        #expect(counter.value <= 17)
    }

    @Test("without isolation a failing call fails for all its callers, and is made once")
    func failsTogether() async throws {
        struct Failure: Error {}
        let counter = Counter()
        let loader = try DataLoader<Int, Int>(values: { _ in
            counter.increment()
            throw Failure()
        })
        let results = try await loader.results(for: 0..<20)
        #expect(results.values.allSatisfy { (try? $0.get()) == nil })
        #expect(counter.value == 1)
    }

    @Test("partitions never share a batch or a result")
    func partitions() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(recorder)
        async let mine = loader.load(1, in: "me")
        async let yours = loader.load(1, in: "you")
        await recorder.waitForCalls(2)
        recorder.open()
        #expect(try await [mine, yours] == [10, 10])
        #expect(Set(recorder.batches.map(\.partition)) == ["me", "you"])
    }

    @Test("a call knows what was captured in the tasks of its callers")
    func contexts() async throws {
        enum Trace { @TaskLocal static var id = 0 }
        let recorder = LoadRecorder(isOpen: false)
        let loader = try makeLoader(recorder, captureContext: { Trace.id })
        let first = Task { try await loader.load(0) }
        await recorder.waitForCalls(1)
        let others = (1...3).map { id in
            Task { try await Trace.$id.withValue(id) { try await loader.load(id * 100) } }
        }
        await eventually { gathered(loader) == 3 }
        recorder.open()
        for task in [first] + others { _ = try await task.value }
        let batch = try #require(recorder.batches.last)
        #expect(Set(batch.contexts.compactMap { $0 as? Int }) == [1, 2, 3])
        #expect(batch.callerCount == 3)
    }

    @Test("reports everything that is wrong with a configuration")
    func validates() throws {
        let error = try #require(throws: BatchError.self) {
            try makeLoader(
                LoadRecorder(),
                configure: {
                    $0.maximumBatchSize = 0
                    $0.dispatch = .window(.seconds(-1))
                }
            )
        }
        #expect(error.code == .invalidConfiguration)
        #expect(error.message.contains("maximumBatchSize") && error.message.contains("window"))
    }

    @Test("a window that no clock can wait for is refused", arguments: [Duration.seconds(Int64.max), .seconds(86_401)])
    func endlessWindow(window: Duration) {
        let error = #expect(throws: BatchError.self) {
            try makeLoader(LoadRecorder(), configure: { $0.dispatch = .window(window) })
        }
        #expect(error?.code == .invalidConfiguration)
    }
}

final class Counter: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.add(1, ordering: .relaxed) }
}
