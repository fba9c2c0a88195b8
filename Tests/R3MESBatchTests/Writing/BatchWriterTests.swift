// SPDX-License-Identifier: Apache-2.0

import Logging
import R3MESTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import R3MESBatch

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

@Suite("BatchWriter", .timeLimit(.minutes(2)))
struct BatchWriterTests {
    private typealias Writer = BatchWriter<Int>

    private func makeWriter(
        _ recorder: WriteRecorder,
        clock: some Clock<Duration> = ContinuousClock(),
        letters: DeadLetters = DeadLetters(),
        configure: (inout BatchWriter<Int>.Configuration) -> Void = { _ in }
    ) throws -> BatchWriter<Int> {
        var configuration = BatchWriter<Int>.Configuration()
        configure(&configuration)
        return try BatchWriter(
            configuration: configuration,
            clock: clock,
            logger: quiet,
            byteCount: { max($0, 0) },
            onFailure: { items, _ in letters.add(items) },
            write: { try await recorder.write($0) }
        )
    }

    /// Runs the writer around the body and closes it after, so that it writes what it holds.
    private func running(_ writer: BatchWriter<Int>, _ body: () async throws -> Void) async throws {
        let run = Task { try await writer.run() }
        try await body()
        writer.close()
        try await run.value
    }

    @Test("writes by count, by bytes and by age")
    func triggers() async throws {
        let recorder = WriteRecorder()
        let clock = TestClock()
        let writer = try makeWriter(recorder, clock: clock) {
            $0.maximumBatchCount = 3
            $0.maximumBatchBytes = 100
            $0.maximumHeldCount = 50
            $0.maximumAge = .milliseconds(10)
        }
        for item in 1...3 { try await writer.append(item) }
        try await running(writer) {
            await eventually { recorder.written == [1, 2, 3] }
            try await writer.append(60)
            try await writer.append(61)
            await eventually { recorder.written.contains(60) }
            #expect(recorder.calls.last == [60])
            await clock.waitForSleepers()
            #expect(clock.exactSleepCount >= 1 && clock.tolerantSleepCount == 0)
            clock.advance(by: .milliseconds(10))
            await eventually { recorder.written.contains(61) }
        }
        #expect(recorder.calls == [[1, 2, 3], [60], [61]])
    }

    @Test("with no age to wait for writes at once, and gathers only what comes while a batch is in flight")
    func zeroAge() async throws {
        let recorder = WriteRecorder(isOpen: false)
        let writer = try makeWriter(recorder, clock: TestClock()) { $0.maximumAge = .zero }
        try await running(writer) {
            try await writer.append(1)
            await eventually { recorder.calls == [[1]] }
            for item in 2...9 { try await writer.append(item) }
            recorder.open()
            try await writer.write(10)
        }
        #expect(recorder.calls == [[1], Array(2...9) + [10]] || recorder.calls == [[1], Array(2...9), [10]])
    }

    @Test("callers wait when the writer is full, first come first served")
    func backPressure() async throws {
        let recorder = WriteRecorder(isOpen: false)
        let writer = try makeWriter(recorder) {
            $0.maximumBatchCount = 2
            $0.maximumHeldCount = 4
            $0.maximumAge = .zero
        }
        try await running(writer) {
            for item in 0..<4 { try await writer.append(item) }
            var waiting: [Task<Void, any Error>] = []
            for item in 4..<10 {
                waiting.append(Task { try await writer.append(item) })
                await eventually { writer.state.withLock { $0.machine.candidateCount } == item - 3 }
            }
            #expect(writer.heldCount == 4)
            waiting[1].cancel()
            await #expect(throws: CancellationError.self) { try await waiting[1].value }
            recorder.open()
            for (index, task) in waiting.enumerated() where index != 1 { try await task.value }
        }
        #expect(recorder.written == [0, 1, 2, 3, 4, 6, 7, 8, 9])
    }

    @Test("one bad item fails alone; its caller hears of it, or else the hook")
    func halves() async throws {
        let recorder = WriteRecorder(bad: [13, 77])
        let letters = DeadLetters()
        let writer = try makeWriter(recorder, letters: letters) {
            $0.maximumBatchCount = 100
            $0.maximumBatchBytes = 1 << 20
        }
        for item in 0..<100 where item != 13 { try await writer.append(item) }
        let bad = Task { try await writer.write(13) }
        await eventually { writer.heldCount == 100 }
        try await running(writer) {
            await #expect(throws: WriteRecorder.BadItem.self) { try await bad.value }
            try await writer.flush()
        }
        #expect(letters.items == [77])
        #expect(Set(recorder.written) == Set(0..<100).subtracting([13, 77]))
        #expect(recorder.written.count == 98)
    }

    @Test("a passing failure is tried again with growing pauses, not halved")
    func transient() async throws {
        let recorder = WriteRecorder(outages: 3)
        let clock = TestClock()
        let writer = try makeWriter(recorder, clock: clock) {
            $0.isTransient = { $0 is WriteRecorder.Outage }
            $0.retryDelay = .seconds(1)
            $0.maximumRetryDelay = .seconds(3)
            $0.maximumAge = .zero
        }
        for item in 0..<3 { try await writer.append(item) }
        let start = clock.now
        try await running(writer) {
            for seconds in [1, 2, 3] {
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(seconds) - .nanoseconds(1))
                let before = recorder.calls.count
                for _ in 0..<20 { await Task.yield() }
                #expect(recorder.calls.count == before)
                clock.advance(by: .nanoseconds(1))
                await eventually { recorder.calls.count == before + 1 }
            }
            try await writer.flush()
        }
        #expect(clock.now - start == .seconds(6))
        #expect(recorder.calls == Array(repeating: [0, 1, 2], count: 4))
    }

    @Test("tries no more often than allowed, and then tells")
    func retriesAreBounded() async throws {
        let recorder = WriteRecorder(outages: .max)
        let letters = DeadLetters()
        let writer = try makeWriter(recorder, letters: letters) {
            $0.isTransient = { $0 is WriteRecorder.Outage }
            $0.maximumRetries = 2
            $0.retryDelay = .nanoseconds(1)
            $0.maximumIsolationCalls = 0
        }
        for item in 0..<4 { try await writer.append(item) }
        try await running(writer) { try await writer.flush() }
        #expect(recorder.calls.count == 3)
        #expect(letters.items == [0, 1, 2, 3])
    }

    @Test("an item over the bound and an item after the end are refused")
    func refuses() async throws {
        let recorder = WriteRecorder()
        let writer = try makeWriter(recorder) { $0.maximumHeldBytes = 1 << 20 }
        let tooLarge = await #expect(throws: BatchError.self) { try await writer.append((1 << 20) + 1) }
        #expect(tooLarge?.code == .itemTooLarge)
        try await running(writer) {}
        let closed = await #expect(throws: BatchError.self) { try await writer.append(1) }
        #expect(closed?.code == .closed)
        let again = await #expect(throws: BatchError.self) { try await writer.run() }
        #expect(again?.code == .alreadyRunning)
    }

    @Test("reports everything that is wrong with a configuration")
    func validates() throws {
        let error = try #require(throws: BatchError.self) {
            try makeWriter(WriteRecorder()) {
                $0.maximumBatchCount = 0
                $0.retryDelay = .zero
            }
        }
        #expect(error.message.contains("maximumBatchCount") && error.message.contains("retryDelay"))
    }

    @Test("times that no clock can wait for are refused, each by name")
    func endlessWaits() throws {
        let error = try #require(throws: BatchError.self) {
            try makeWriter(WriteRecorder()) {
                $0.maximumAge = .seconds(Int64.max)
                $0.maximumRetryDelay = .seconds(Int64.max)
                $0.drainTimeout = .seconds(Int64.max)
            }
        }
        for name in ["maximumAge", "maximumRetryDelay", "drainTimeout"] {
            #expect(error.message.contains(name))
        }
    }
}
