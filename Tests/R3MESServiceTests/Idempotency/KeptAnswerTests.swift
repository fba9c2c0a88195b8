// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import NIOCore
import R3MESDatabase
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESService

@Suite("Kept answers", .onBothEngines)
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
                    try await IdempotencyTable.store(Self.kept(text, at: 7, location: location), for: key, in: db)
                    let found = try await IdempotencyTable.fetch(key, in: db)
                    #expect(found?.answer == Self.kept(text, location: location).answer)
                    #expect(found?.requestDigest == Data(text.utf8))
                    #expect(found?.createdAt == 7)
                }
                for other in [("key:b", "k"), ("key:a", "K"), ("key:a", ""), ("", "")] {
                    let key = IdempotencyTable.Key(principal: other.0, key: other.1)
                    #expect(try await IdempotencyTable.fetch(key, in: db) == nil)
                }
                #expect(try await db.query("SELECT 1 FROM idempotency").count == 1)
            }
        }
    }

    @Test("are swept when their time is over, and not a microsecond before", arguments: [0, 1, 999, 1000, 1001, 2500])
    func sweep(expired: Int) async throws {
        let deletions = DeletionCounter()
        try await withStorage(observer: deletions) { storage in
            let now = Timestamp(microseconds: 1_000_000_000)
            let sweeper = IdempotencySweeper(storage: storage, retention: .seconds(100), logger: Logger(label: "test"))
            let edge: Int64 = 900_000_000
            try await storage.write { db in
                for number in 0..<expired {
                    let key = IdempotencyTable.Key(principal: "p\(number % 7)", key: "old \(number)")
                    try await IdempotencyTable.store(Self.kept("", at: edge - 1 - Int64(number % 50)), for: key, in: db)
                }
                for number in 0..<30 {
                    let key = IdempotencyTable.Key(principal: "p\(number % 7)", key: "new \(number)")
                    try await IdempotencyTable.store(Self.kept("", at: edge + Int64(number)), for: key, in: db)
                }
            }
            try await sweeper.sweep(at: now)
            let left = try await storage.column("SELECT key FROM idempotency", as: String.self)
            #expect(left.count == 30)
            #expect(left.allSatisfy { $0.hasPrefix("new") })
            // The last one finds less than it could have deleted.
            #expect(deletions.count.withLock { $0 } == expired / IdempotencySweeper.chunk + 1)
        }
    }
}

/// Counts statements that delete.
private final class DeletionCounter: StatementObserver {
    let count = Mutex(0)

    func statementEnded(_ event: StatementEvent) {
        if event.text.hasPrefix("DELETE") {
            count.withLock { $0 += 1 }
        }
    }
}
