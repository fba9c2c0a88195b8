// SPDX-License-Identifier: Apache-2.0

import GRDB
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Errors of SQLite")
struct StorageErrorTests {
    @Test(
        "become errors that tell the caller what to do",
        arguments: [
            (ResultCode.SQLITE_BUSY, ServiceError.Code.databaseBusy), (.SQLITE_BUSY_SNAPSHOT, .databaseBusy),
            (.SQLITE_BUSY_TIMEOUT, .databaseBusy), (.SQLITE_LOCKED, .databaseBusy),
            (.SQLITE_LOCKED_SHAREDCACHE, .databaseBusy), (.SQLITE_CANTOPEN, .databaseUnavailable),
            (.SQLITE_CANTOPEN_ISDIR, .databaseUnavailable), (.SQLITE_READONLY, .databaseUnavailable),
            (.SQLITE_READONLY_DIRECTORY, .databaseUnavailable), (.SQLITE_PERM, .databaseUnavailable),
            (.SQLITE_AUTH, .databaseUnavailable), (.SQLITE_FULL, .databaseUnavailable),
            (.SQLITE_IOERR, .databaseUnavailable), (.SQLITE_IOERR_FSYNC, .databaseUnavailable),
            (.SQLITE_NOTADB, .databaseCorrupt), (.SQLITE_CORRUPT, .databaseCorrupt),
            (.SQLITE_CORRUPT_INDEX, .databaseCorrupt), (.SQLITE_CONSTRAINT, .databaseFailure),
            (.SQLITE_CONSTRAINT_UNIQUE, .databaseFailure), (.SQLITE_ERROR, .databaseFailure),
            (.SQLITE_MISUSE, .databaseFailure), (.SQLITE_TOOBIG, .databaseFailure), (.SQLITE_NOMEM, .databaseFailure),
        ]
    )
    func mapping(result: ResultCode, code: ServiceError.Code) {
        let secret = "remes1secret"
        let cause = DatabaseError(
            resultCode: result,
            message: "reason of the engine",
            sql: "UPDATE users SET wallet = ?",
            arguments: [secret]
        )
        let error = ServiceError(storage: cause, path: "/var/lib/r3mes.sqlite")
        #expect(error.code == code)
        #expect(error.context["database"] == "/var/lib/r3mes.sqlite")
        #expect(error.context["sqlite"] == "\(result): reason of the engine")
        for hidden in ["UPDATE", "/var/lib", "reason of the engine", secret] {
            #expect(!error.description.contains(hidden))
        }
        #expect(!"\(error.logMetadata)".contains(secret))
        #expect(error.code.isRetryable == (code == .databaseBusy || code == .databaseUnavailable))
    }

    @Test("are told from errors of ours, which stay what they are, and from all others")
    func others() {
        struct Other: Error {}
        let own = ServiceError(.creditsInsufficient, "private words", context: ["a": "b"])
        let same = ServiceError(storage: own, path: "p")
        #expect((same.code, same.detail, same.context) == (own.code, own.detail, own.context))
        let other = ServiceError(storage: Other(), path: "p")
        #expect(other.code == .databaseFailure)
        #expect(other.underlying is Other)
    }

    @Test("undo the transaction, whether they come from SQLite or from a rule")
    func rollback() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 1)
            let wallets = try generator.wallets(2)
            try await storage.register([wallets[0]])
            let new = User(wallet: wallets[1], createdAt: .epoch)
            await expect(.databaseFailure) {
                try await storage.write { db in
                    _ = try UserTable.insert(new, in: db)
                    try db.execute(sql: "SELECT * FROM nowhere")
                }
            }
            await expect(.userExists) {
                try await storage.write { db in
                    _ = try UserTable.insert(new, in: db)
                    throw ServiceError(.userExists)
                }
            }
            #expect(try await storage.userCount() == 1)
        }
    }

    @Test("are not seen by readers while another process writes")
    func otherWriter() async throws {
        try await withTemporaryFolder { folder in
            let storage = try Storage.open(folder, busyTimeout: .milliseconds(20))
            try await storage.migrate()
            let other = try Storage.open(folder)
            try await other.pool.writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
                expect(.databaseBusy) {
                    do {
                        try storage.pool.write { _ in }
                    } catch {
                        throw ServiceError(storage: error, path: "")
                    }
                }
                #expect(try storage.pool.read { db in try UserTable.isEmpty(in: db) })
                try db.execute(sql: "ROLLBACK")
            }
            try await storage.register([])
            try other.close()
            try storage.close()
        }
    }
}
