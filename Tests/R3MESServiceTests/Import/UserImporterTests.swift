// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("An import", .onBothEngines)
struct UserImporterTests {
    let wallets: [WalletAddress]

    init() throws {
        var generator = SeededGenerator(seed: 1)
        wallets = try generator.wallets(4)
    }

    static func record(_ wallet: WalletAddress, _ credits: Int64?, isMiner: Bool? = nil) -> UserRecord {
        UserRecord(wallet: wallet, credits: credits.map(Credits.init(millionths:)), isMiner: isMiner)
    }

    static func run(
        _ records: [UserRecord],
        into storage: Storage,
        onConflict rule: UserImporter.ConflictRule = .skip
    ) async throws -> UserImporter {
        var importer = UserImporter(into: storage, onConflict: rule)
        for (index, record) in records.enumerated() { importer.append(.record(record, line: index + 1)) }
        try await importer.flush()
        return importer
    }

    @Test("makes users whose balance is their first ledger entry")
    func inserts() async throws {
        try await withStorage { storage in
            let metadata = try Metadata(["a": .bool(true)])
            let time = Timestamp(microseconds: 5)
            let first = UserRecord(
                wallet: wallets[0],
                credits: Credits(millionths: 7),
                isMiner: true,
                createdAt: time,
                metadata: metadata
            )
            let importer = try await Self.run([first, UserRecord(wallet: wallets[1])], into: storage)
            #expect(importer.report.inserted == 2)
            #expect(importer.report.total == 2)
            let expected = User(
                wallet: wallets[0],
                credits: Credits(millionths: 7),
                isMiner: true,
                createdAt: time,
                metadata: metadata
            )
            #expect(try await storage.user(wallets[0]) == expected)
            let entry = try await storage.transactions(of: wallets[0], limit: 9).items
            #expect(entry.map(\.posting.reason) == ["opening balance"])
            #expect(entry.map(\.createdAt) == [time])
            #expect(try await storage.transactions(of: wallets[1], limit: 9).items.isEmpty)
            #expect(try await storage.faults().isEmpty)
        }
    }

    @Test(
        "leaves users alone, changes them or reports them, as it was told",
        arguments: UserImporter.ConflictRule.allCases
    )
    func conflicts(rule: UserImporter.ConflictRule) async throws {
        try await withStorage { storage in
            try await storage.register(wallets.dropLast(), credits: 100)
            let records = [
                Self.record(wallets[0], 130, isMiner: true), Self.record(wallets[1], 0), Self.record(wallets[2], 100),
                Self.record(wallets[3], 50), Self.record(wallets[3], 60),
            ]
            let importer = try await Self.run(records, into: storage, onConflict: rule)
            let balances = try await storage.users(wallets).map { $0?.credits.millionths }
            let expected: UserImporter.Report
            switch rule {
            case .skip:
                expected = .init(inserted: 1, skipped: 4)
                #expect(balances == [100, 100, 100, 50])
            case .fail:
                expected = .init(inserted: 1, rejected: 4)
                #expect(balances == [100, 100, 100, 50])
                #expect(importer.rejectedLines.map(\.line) == [1, 2, 3, 5])
                #expect(importer.rejectedLines.allSatisfy { $0.error == .userExists })
            case .update:
                expected = .init(inserted: 1, updated: 4)
                #expect(balances == [130, 0, 100, 60])
                let entries = try await storage.transactions(of: wallets[1], limit: 9).items.map(\.posting)
                #expect(entries.map(\.amount.millionths) == [-100, 100])
                #expect(entries.first?.reason == "import")
                #expect(try await storage.user(wallets[0])?.isMiner == true)
            }
            #expect(importer.report == expected)
            #expect(try await storage.faults().isEmpty)
        }
    }

    @Test("changes nothing that the file does not speak of")
    func partialUpdate() async throws {
        try await withStorage { storage in
            let metadata = try Metadata(["a": .integer(1)])
            let full = UserRecord(
                wallet: wallets[0],
                credits: Credits(millionths: 70),
                isMiner: true,
                createdAt: .epoch,
                metadata: metadata
            )
            _ = try await Self.run([full], into: storage)
            var parser = UserRecordParser(.csv)
            var importer = UserImporter(into: storage, onConflict: .update)
            try parser.parse("wallet_address,is_miner\n\(wallets[0]),false\n".utf8) { importer.append($0) }
            try await importer.flush()

            let user = try #require(try await storage.user(wallets[0]))
            #expect(user.credits.millionths == 70)
            #expect(user.metadata == metadata)
            #expect(user.createdAt == .epoch)
            #expect(!user.isMiner)
            #expect(try await storage.transactions(of: wallets[0], limit: 9).items.count == 1)
        }
    }

    @Test("can be done again, with random records and every rule, and the ledger still adds up")
    func random() async throws {
        await forAll(cases: 4) { generator in
            try await withStorage { storage in
                let wallets = try generator.wallets(30)
                var model: [WalletAddress: Int64] = [:]
                for round in 0..<6 {
                    let rule = UserImporter.ConflictRule.allCases[round % 3]
                    var importer = UserImporter(into: storage, onConflict: rule)
                    for line in 0..<40 {
                        let wallet = try #require(wallets.randomElement(using: &generator))
                        let credits = Int64.random(in: 0...5, using: &generator)
                        importer.append(.record(Self.record(wallet, credits), line: line))
                        if model[wallet] == nil || rule == .update { model[wallet] = credits }
                        if line % 7 == 0 { try await importer.flush() }
                    }
                    try await importer.flush()
                    try hold(importer.report.total == 40, "\(importer.report)")
                }
                for (wallet, credits) in model {
                    try hold(
                        try await storage.user(wallet)?.credits.millionths == credits,
                        "\(wallet) is not \(credits)"
                    )
                }
                let report = try await storage.auditLedger()
                try hold(report.discrepancies.isEmpty && report.users == model.count, "\(report)")
            }
        }
    }

    @Test("that fails in a batch leaves the batches before as they are, and nothing of the failed one")
    func failedBatch() async throws {
        try await withStorage { storage in
            let poison = wallets[2]
            switch storage.database.dialect {
            case .sqlite:
                try await storage.execute(
                    """
                    CREATE TRIGGER poison BEFORE INSERT ON users WHEN NEW.wallet = '\(unsafeRaw: poison.description)'
                    BEGIN SELECT RAISE(ABORT, 'poison'); END
                    """
                )
            case .postgres:
                try await storage.execute(
                    "ALTER TABLE users ADD CONSTRAINT poison CHECK (wallet <> '\(unsafeRaw: poison.description)')"
                )
            }
            var importer = UserImporter(into: storage, onConflict: .update)
            importer.append(.record(Self.record(wallets[0], 5), line: 1))
            try await importer.flush()
            importer.append(.record(Self.record(wallets[1], 6), line: 2))
            importer.append(.record(Self.record(wallets[0], 9), line: 3))
            importer.append(.record(Self.record(poison, 7), line: 4))
            do {
                try await importer.flush()
                Issue.record("the poisoned batch was written")
            } catch let error as ServiceError {
                #expect(error.code == .databaseFailure)
            }
            #expect(importer.report.total == 1)
            #expect(try await storage.users(wallets).map { $0?.credits.millionths } == [5, nil, nil, nil])
            #expect(try await storage.faults().isEmpty)
        }
    }

    @Test("asks to be flushed when a batch is full, whatever became of its lines")
    func batches() async throws {
        try await withStorage { storage in
            var importer = UserImporter(into: storage, onConflict: .skip)
            var earlyRequests = 0
            for number in 1...UserImporter.batchSize {
                if importer.needsFlush { earlyRequests += 1 }
                if number.isMultiple(of: 100) {
                    importer.append(.rejected(RejectedLine(line: number, error: ServiceError(.malformedBody))))
                } else {
                    importer.append(.record(Self.record(wallets[0], nil), line: number))
                }
            }
            let (isFull, written) = (importer.needsFlush, importer.report.total)
            #expect(earlyRequests == 0)
            #expect(isFull)
            #expect(written == 0)
            try await importer.flush()
            let isFullAfterwards = importer.needsFlush
            #expect(!isFullAfterwards)
            #expect(importer.report == .init(inserted: 1, skipped: UserImporter.batchSize - 201, rejected: 200))
        }
    }

    @Test("tells refused lines in the order of the file, so many and no more")
    func refusedLines() async throws {
        try await withStorage { storage in
            var importer = UserImporter(into: storage, onConflict: .fail)
            let count = UserImporter.maximumRejectedLines + 5
            importer.append(.record(Self.record(wallets[0], nil), line: 1))
            for number in 2...count + 1 {
                if number.isMultiple(of: 3) {
                    importer.append(.rejected(RejectedLine(line: number, error: ServiceError(.malformedBody))))
                } else {
                    importer.append(.record(Self.record(wallets[0], nil), line: number))
                }
            }
            try await importer.flush()
            let lines = importer.rejectedLines.map(\.line)
            #expect(importer.report == .init(inserted: 1, rejected: count))
            #expect(lines == Array(2...UserImporter.maximumRejectedLines + 1))
        }
    }
}
