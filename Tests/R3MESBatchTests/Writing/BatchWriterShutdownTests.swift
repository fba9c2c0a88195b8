// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import R3MESBatch

@Suite("BatchWriter shutdown", .timeLimit(.minutes(2)))
struct BatchWriterShutdownTests {
    private func makeWriter(
        _ recorder: WriteRecorder,
        coding: JournalCoding<Int>? = nil,
        clock: some Clock<Duration> = ContinuousClock(),
        letters: DeadLetters = DeadLetters()
    ) throws -> BatchWriter<Int> {
        var configuration = BatchWriter<Int>.Configuration()
        configuration.maximumBatchCount = 16
        configuration.maximumAge = .milliseconds(1)
        return try BatchWriter(
            configuration: configuration,
            coding: coding,
            clock: clock,
            logger: quiet,
            onFailure: { items, _ in letters.add(items) },
            write: { try await recorder.write($0) }
        )
    }

    private func coding(_ folder: TemporaryFolder) throws -> JournalCoding<Int> {
        JournalCoding(
            journal: try BatchJournal(path: folder.journal),
            encode: { Array("\($0)".utf8) },
            decode: { bytes in
                guard let number = Int(String(decoding: bytes, as: UTF8.self)) else { throw WriteRecorder.BadItem() }
                return number
            }
        )
    }

    @Test("graceful shutdown writes everything that was accepted")
    func drains() async throws {
        let recorder = WriteRecorder()
        let writer = try makeWriter(recorder)
        let accepted = DeadLetters()
        await testGracefulShutdown { trigger in
            await withTaskGroup { group in
                group.addTask { try? await writer.run() }
                for item in 0..<5000 {
                    group.addTask {
                        if item == 2500 { trigger.triggerGracefulShutdown() }
                        if (try? await writer.append(item)) != nil { accepted.add([item]) }
                    }
                }
            }
        }
        #expect(Set(recorder.written) == Set(accepted.items))
        #expect(recorder.written.count == accepted.items.count)
    }

    @Test("what cannot be written in time is told: to callers, to the hook, and by the error")
    func drainTimeout() async throws {
        let recorder = WriteRecorder(isOpen: false)
        let letters = DeadLetters()
        let clock = TestClock()
        let writer = try makeWriter(recorder, clock: clock, letters: letters)
        for item in 0..<20 { try await writer.append(item) }
        let waits = Task { try await writer.write(20) }
        await eventually { writer.heldCount == 21 }
        let run = Task { try await writer.run() }
        await eventually { !recorder.calls.isEmpty }
        run.cancel()
        let error = await #expect(throws: BatchError.self) { try await run.value }
        #expect(error?.code == .notWritten)
        let told = await #expect(throws: BatchError.self) { try await waits.value }
        #expect(told?.code == .notWritten)
        #expect(letters.items == Array(0..<20))
        #expect(writer.heldCount == 0)
    }

    @Test("with a journal, what a stopped writer left is written by the next one, in order")
    func journal() async throws {
        let folder = try TemporaryFolder()
        do {
            let recorder = WriteRecorder(isOpen: false)
            let writer = try makeWriter(recorder, coding: coding(folder))
            for item in 0..<40 { try await writer.append(item) }
            let run = Task { try await writer.run() }
            await eventually { !recorder.calls.isEmpty }
            run.cancel()
            try await run.value
            #expect(recorder.written.isEmpty)
        }
        let recorder = WriteRecorder(bad: [7])
        do {
            let writer = try makeWriter(recorder, coding: coding(folder))
            #expect(writer.heldCount == 40)
            try await writer.append(40)
            writer.close()
            try await writer.run()
            #expect(recorder.written == (0...40).filter { $0 != 7 })
        }
        // Nothing is left: what failed for good was told, and does not come back for ever.
        let empty = try makeWriter(recorder, coding: coding(folder))
        #expect(empty.heldCount == 0)
    }

    @Test("after a crash at any moment each accepted item is written by the dead or by the next writer")
    func crash() async throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator()
        var accepted: Set<Int> = []
        var written: Set<Int> = []
        for round in 0..<20 {
            let recorder = WriteRecorder()
            let writer = try makeWriter(recorder, coding: coding(folder))
            let run = Task { try? await writer.run() }
            for item in 0..<Int.random(in: 1...60, using: &generator) {
                try await writer.append(round * 100 + item)
                accepted.insert(round * 100 + item)
            }
            // Dies here: nothing is drained, and the file stays as it is.
            run.cancel()
            _ = await run.value
            written.formUnion(recorder.written)
        }
        let recorder = WriteRecorder()
        let last = try makeWriter(recorder, coding: coding(folder))
        last.close()
        try await last.run()
        written.formUnion(recorder.written)
        #expect(written == accepted, "seed \(generator.seed)")
    }

    @Test("a record that cannot be decoded keeps the writer from starting")
    func undecodable() async throws {
        let folder = try TemporaryFolder()
        do {
            let journal = try BatchJournal(path: folder.journal)
            _ = journal.enqueue(Array("not a number".utf8))
            await journal.close()
        }
        let coding = try coding(folder)
        let error = #expect(throws: BatchError.self) { try makeWriter(WriteRecorder(), coding: coding) }
        #expect(error?.code == .journalDamaged)
    }

    @Test("20,000 items with cancellations: each accepted one is written once, in the order of acceptance")
    func storm() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let recorder = WriteRecorder()
        let writer = try makeWriter(recorder)
        let accepted = DeadLetters()
        let run = Task { try await writer.run() }
        await withTaskGroup { group in
            for item in 0..<20_000 {
                let cancels = generator.oneIn(4)
                let waits = generator.oneIn(3)
                group.addTask {
                    let append = Task { waits ? try await writer.write(item) : try await writer.append(item) }
                    if cancels { append.cancel() }
                    if case .success = await append.result { accepted.add([item]) }
                }
            }
        }
        writer.close()
        try await run.value
        let written = recorder.written
        #expect(Set(written).count == written.count, "seed \(seed)")
        #expect(Set(written).isSuperset(of: accepted.items), "seed \(seed)")
        #expect(writer.heldCount == 0)
    }
}
