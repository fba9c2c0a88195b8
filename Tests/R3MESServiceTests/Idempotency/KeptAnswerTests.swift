// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Logging
import NIOCore
import Synchronization
import Testing

@testable import R3MESService

@Suite("Kept answers")
struct KeptAnswerTests {
    static func kept(_ text: String, at time: Int64 = 0, location: String? = nil) -> IdempotencyTable.Kept {
        IdempotencyTable.Kept(
            requestDigest: Data(text.utf8),
            answer: Answer(status: 201, location: location, body: ByteBuffer(string: text)),
            createdAt: time
        )
    }

    @Test("come back as they were, for their principal and key alone")
    func roundTrip() async throws {
        try await withStorage { storage in
            let key = IdempotencyTable.Key(principal: "key:a", key: "k")
            try await storage.write { db in
                for (text, location) in [("first", nil), ("", "/v1/x"), ("third\u{0}é", "")] as [(String, String?)] {
                    try IdempotencyTable.store(Self.kept(text, at: 7, location: location), for: key, in: db)
                    let found = try IdempotencyTable.fetch(key, in: db)
                    #expect(found?.answer == Self.kept(text, location: location).answer)
                    #expect(found?.requestDigest == Data(text.utf8))
                    #expect(found?.createdAt == 7)
                }
                for other in [("key:b", "k"), ("key:a", "K"), ("key:a", ""), ("", "")] {
                    let key = IdempotencyTable.Key(principal: other.0, key: other.1)
                    #expect(try IdempotencyTable.fetch(key, in: db) == nil)
                }
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM idempotency") == 1)
            }
        }
    }

    @Test("are swept when their time is over, and not a microsecond before", arguments: [0, 1, 999, 1000, 1001, 2500])
    func sweep(expired: Int) async throws {
        try await withStorage { storage in
            let now = Timestamp(microseconds: 1_000_000_000)
            let sweeper = IdempotencySweeper(storage: storage, retention: .seconds(100), logger: Logger(label: "test"))
            let edge: Int64 = 900_000_000
            try await storage.write { db in
                for number in 0..<expired {
                    let key = IdempotencyTable.Key(principal: "p\(number % 7)", key: "old \(number)")
                    try IdempotencyTable.store(Self.kept("", at: edge - 1 - Int64(number % 50)), for: key, in: db)
                }
                for number in 0..<30 {
                    let key = IdempotencyTable.Key(principal: "p\(number % 7)", key: "new \(number)")
                    try IdempotencyTable.store(Self.kept("", at: edge + Int64(number)), for: key, in: db)
                }
            }
            let commits = CommitCounter()
            storage.pool.add(transactionObserver: commits)
            try await sweeper.sweep(at: now)
            let left = try await storage.read { db in
                try String.fetchAll(db, sql: "SELECT key FROM idempotency")
            }
            #expect(left.count == 30)
            #expect(left.allSatisfy { $0.hasPrefix("new") })
            // The last one finds less than it could have deleted.
            #expect(commits.count.withLock { $0 } == expired / IdempotencySweeper.chunk + 1)
        }
    }
}

/// Counts transactions.
private final class CommitCounter: TransactionObserver, Sendable {
    let count = Mutex(0)

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }

    func databaseDidChange(with event: DatabaseEvent) {}

    func databaseDidCommit(_ db: Database) {
        count.withLock { $0 += 1 }
    }

    func databaseDidRollback(_ db: Database) {}
}
