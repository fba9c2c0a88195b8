// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import SystemPackage
import Testing

@testable import R3MESBatch

@Suite("BatchJournal", .timeLimit(.minutes(1)))
struct BatchJournalTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func payload(_ number: Int) -> [UInt8] {
        Array("item \(number)".utf8)
    }

    @Test("gives back after reopening what was not committed, in order")
    func recovers() async throws {
        do {
            let journal = try BatchJournal(path: folder.journal)
            #expect(journal.recovered.isEmpty)
            let sequences = (0..<10).map { journal.enqueue(payload($0)) }
            journal.commit(through: sequences[3])
            await journal.close()
        }
        let journal = try BatchJournal(path: folder.journal)
        #expect(journal.recovered.map(\.payload) == (4..<10).map(payload))
        #expect(journal.damagedBytes == 0)
        let next = journal.enqueue(payload(10))
        #expect(next > journal.recovered[5].sequence)
    }

    @Test("what was declared safe before a crash at any byte is there after it")
    func crash() async throws {
        var safe: [(size: Int, count: Int)] = []
        var bytes: [UInt8] = []
        do {
            let journal = try BatchJournal(path: folder.journal)
            for number in 0..<12 {
                try await journal.waitUntilSafe(journal.enqueue(payload(number)))
                bytes = try folder.read(folder.journal)
                safe.append((bytes.count, number + 1))
            }
            await journal.close()
        }
        let crashed = FilePath(folder.journal.string + "-crashed")
        for length in 0...bytes.count {
            try folder.write(Array(bytes.prefix(length)), to: crashed)
            let promised = safe.last { $0.size <= length }?.count ?? 0
            do {
                let journal = try BatchJournal(path: crashed)
                #expect(journal.recovered.map(\.payload) == (0..<promised).map(payload), "length \(length)")
                // And it goes on from there.
                try await journal.waitUntilSafe(journal.enqueue(payload(99)))
                await journal.close()
            }
            let again = try BatchJournal(path: crashed)
            #expect(again.recovered.map(\.payload) == (0..<promised).map(payload) + [payload(99)], "length \(length)")
            await again.close()
        }
    }

    @Test("a damaged place within is told, a copy kept, and the rest recovered")
    func damage() async throws {
        do {
            let journal = try BatchJournal(path: folder.journal)
            for number in 0..<5 { _ = journal.enqueue(payload(number)) }
            await journal.close()
        }
        var bytes = try folder.read(folder.journal)
        bytes[JournalFormat.headerSize + JournalFormat.overhead + 2] ^= 0xFF
        try folder.write(bytes, to: folder.journal)
        let journal = try BatchJournal(path: folder.journal)
        #expect(journal.damagedBytes == JournalFormat.overhead + payload(0).count)
        #expect(journal.recovered.map(\.payload) == (1..<5).map(payload))
        #expect(try folder.read(FilePath(folder.journal.string + ".damaged")) == bytes)
    }

    @Test("a file that is no journal is left alone")
    func foreignFile() throws {
        let text = Array("this is somebody else's precious file".utf8)
        try folder.write(text, to: folder.journal)
        let error = #expect(throws: BatchError.self) { try BatchJournal(path: folder.journal) }
        #expect(error?.code == .journalDamaged)
        #expect(try folder.read(folder.journal) == text)
    }

    @Test("two writers never have one journal")
    func isLocked() async throws {
        let first = try BatchJournal(path: folder.journal)
        let error = #expect(throws: BatchError.self) { try BatchJournal(path: folder.journal) }
        #expect(error?.code == .journalUnavailable)
        await first.close()
        await #expect(throws: BatchError.self) { try await first.waitUntilSafe(first.enqueue([1])) }
        _ = try BatchJournal(path: folder.journal)
    }

    @Test("stays bounded however much goes through it")
    func compacts() async throws {
        var configuration = BatchJournal.Configuration()
        configuration.compactionThreshold = 4096
        configuration.durability = .operatingSystem
        do {
            let journal = try BatchJournal(path: folder.journal, configuration: configuration)
            var sequences: [UInt64] = []
            for number in 0..<5000 {
                sequences.append(journal.enqueue(payload(number)))
                if sequences.count > 20 {
                    journal.commit(through: sequences.removeFirst())
                }
                if number.isMultiple(of: 50) {
                    try await journal.synchronize()
                    #expect(try folder.read(folder.journal).count < 16_384)
                }
            }
            try await journal.synchronize()
            #expect(journal.size == (try folder.read(folder.journal).count))
            await journal.close()
        }
        let journal = try BatchJournal(path: folder.journal)
        #expect(journal.recovered.map(\.payload) == (4980..<5000).map(payload))
        #expect(!folder.exists(FilePath(folder.journal.string + ".new")))
    }

    @Test("many items at once share writes and are all safe")
    func concurrent() async throws {
        do {
            let journal = try BatchJournal(path: folder.journal)
            try await withThrowingTaskGroup { group in
                for number in 0..<2000 {
                    group.addTask { try await journal.waitUntilSafe(journal.enqueue(payload(number))) }
                }
                try await group.waitForAll()
            }
            await journal.close()
        }
        let journal = try BatchJournal(path: folder.journal)
        #expect(Set(journal.recovered.map(\.payload)) == Set((0..<2000).map(payload)))
        #expect(journal.recovered.map(\.sequence) == journal.recovered.map(\.sequence).sorted())
    }

    @Test("a folder that is not there is an error, not a crash")
    func unavailable() {
        let error = #expect(throws: BatchError.self) { try BatchJournal(path: "/no/such/folder/journal") }
        #expect(error?.code == .journalUnavailable)
    }
}
