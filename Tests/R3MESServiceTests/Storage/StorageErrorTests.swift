// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Errors of the database")
struct StorageErrorTests {
    @Test(
        "become errors that tell the caller what to do",
        arguments: [
            (DatabaseError.Code.lockNotAvailable, "55P03" as String?, ServiceError.Code.databaseBusy),
            (.timedOut, nil, .databaseBusy), (.queueFull, nil, .databaseBusy), (.acquireTimedOut, nil, .databaseBusy),
            (.tooManyConnections, "53300", .databaseBusy), (.serializationFailure, "40001", .databaseBusy),
            (.deadlockDetected, "40P01", .databaseBusy), (.connectionFailed, "08001", .databaseUnavailable),
            (.connectionLost, nil, .databaseUnavailable), (.readOnly, "25006", .databaseUnavailable),
            (.permissionDenied, "42501", .databaseUnavailable), (.resourceExhausted, "53100", .databaseUnavailable),
            (.serverError, "58030", .databaseUnavailable), (.closed, nil, .databaseUnavailable),
            (.connectionFailed, "08P01", .databaseCorrupt), (.serverError, "XX001", .databaseCorrupt),
            (.typeMismatch, nil, .databaseCorrupt), (.uniqueViolation, "23505", .databaseFailure),
            (.invalidStatement, "42601", .databaseFailure), (.serverError, "XX000", .databaseFailure),
        ]
    )
    func mapping(cause: DatabaseError.Code, sqlState: String?, code: ServiceError.Code) {
        let secret = "remes1secret"
        let diagnostics = sqlState.map { DatabaseError.Diagnostics(sqlState: $0, message: "reason of the engine") }
        let failure = DatabaseError(cause, "it failed", diagnostics: diagnostics)
        let error = ServiceError(storage: failure, location: "sqlite:/var/lib/r3mes.sqlite")
        #expect(error.code == code)
        #expect(error.context["database"] == "sqlite:/var/lib/r3mes.sqlite")
        #expect(error.context["server"] == sqlState.map { "\($0): reason of the engine" })
        for hidden in ["UPDATE", "/var/lib", "reason of the engine", secret] {
            #expect(!error.description.contains(hidden))
        }
        #expect(error.code.isRetryable == (code == .databaseBusy || code == .databaseUnavailable))
    }

    @Test("are told from errors of ours, which stay what they are, and from all others")
    func others() {
        struct Other: Error {}
        let own = ServiceError(.creditsInsufficient, "private words", context: ["a": "b"])
        let same = ServiceError(storage: own, location: "p")
        #expect((same.code, same.detail, same.context) == (own.code, own.detail, own.context))
        let other = ServiceError(storage: Other(), location: "p")
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
                    _ = try await UserTable.insert(new, in: db)
                    _ = try await db.query("SELECT * FROM nowhere")
                }
            }
            await expect(.userExists) {
                try await storage.write { db in
                    _ = try await UserTable.insert(new, in: db)
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
            try await other.write { db in
                try await db.execute("DELETE FROM users")
                await expect(.databaseBusy) { try await storage.write { try await $0.execute("DELETE FROM users") } }
                #expect(try await storage.hasNoUsers())
            }
            try await storage.register([])
            await other.close()
            await storage.close()
        }
    }
}
