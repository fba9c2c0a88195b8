// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import HTTPTypes
import Hummingbird
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Idempotent writes", .onBothEngines)
struct IdempotentWritesTests {
    /// A service that gives one millionth to a wallet at each request, and says which request it was.
    struct Fixture {
        let storage: Storage
        let wallet: WalletAddress
        var retention: Duration = .seconds(60)

        func writes() -> IdempotentWrites { IdempotentWrites(storage: storage, retention: retention) }

        func post(
            _ writes: IdempotentWrites,
            key: String?,
            body: String = "{}",
            path: String = "/v1/gift",
            principal: Principal = .unchecked,
            secret: APIKey.Secret? = nil,
            effect: IdempotentWrites.Effect? = nil
        ) async throws -> Response {
            var headers: HTTPFields = [:]
            headers[.idempotencyKey] = key
            return try await writes.perform(
                .make(.post, path, headers: headers),
                .make(principal, key: secret),
                body: ByteBuffer(string: body),
                isSecret: secret != nil,
                effect ?? gift
            )
        }

        var gift: IdempotentWrites.Effect {
            { [wallet] db in
                let change = try CreditChange(amount: Credits(millionths: 1), reason: "gift")
                let entry = try await LedgerTable.apply(change, to: wallet, at: .epoch, in: db)
                return Answer(status: 201, location: "/v1/\(entry.id)", body: ByteBuffer(string: "entry \(entry.id)"))
            }
        }

        var balance: Int64? {
            get async throws { try await storage.user(wallet)?.credits.millionths }
        }
    }

    static func withFixture(_ body: (Fixture) async throws -> Void) async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 1)
            let wallet = try generator.wallet()
            try await storage.register([wallet])
            try await body(Fixture(storage: storage, wallet: wallet))
            #expect(try await storage.faults().isEmpty)
        }
    }

    @Test("take effect once for each key and principal, in this process and the next, and each time without a key")
    func once() async throws {
        try await Self.withFixture { fixture in
            var writes = fixture.writes()
            let first = try await fixture.post(writes, key: "a")
            #expect(first.headers[.idempotentReplayed] == nil)
            for _ in 0..<2 {
                let again = try await fixture.post(writes, key: "a")
                #expect(again.headers[.idempotentReplayed] == "true")
                #expect(again.status == first.status)
                #expect(again.headers[.location] == first.headers[.location])
                #expect(try await again.text() == first.text())
                writes = fixture.writes()
            }
            #expect(try await fixture.balance == 1)
            _ = try await fixture.post(writes, key: "b")
            _ = try await fixture.post(writes, key: "a", principal: .key(id: "x", wallet: nil, scopes: .admin))
            _ = try await fixture.post(writes, key: nil)
            _ = try await fixture.post(writes, key: nil)
            #expect(try await fixture.balance == 5)
        }
    }

    @Test("refuse a key that came with another body or path")
    func reused() async throws {
        try await Self.withFixture { fixture in
            let writes = fixture.writes()
            _ = try await fixture.post(writes, key: "a")
            await expect(.idempotencyKeyReused) { try await fixture.post(writes, key: "a", body: "{ }") }
            await expect(.idempotencyKeyReused) { try await fixture.post(writes, key: "a", path: "/v1/other") }
            #expect(try await fixture.balance == 1)
        }
    }

    @Test("keep a refusal, undo what it had done, and keep no failure")
    func refusals() async throws {
        try await Self.withFixture { fixture in
            let writes = fixture.writes()
            for (number, code) in [ServiceError.Code.creditsInsufficient, .userExists].enumerated() {
                let refusing: IdempotentWrites.Effect = { db in
                    _ = try await fixture.gift(db)
                    throw ServiceError(code, context: ["private": "words"])
                }
                let key = "refused \(number)".replacing(" ", with: "-")
                let first = try await fixture.post(writes, key: key, effect: refusing)
                #expect(first.status.code == code.status)
                #expect(first.headers[.contentType] == "application/problem+json")
                let again = try await fixture.post(writes, key: key, effect: fixture.gift)
                #expect(again.headers[.idempotentReplayed] == "true")
                #expect(try await again.text() == first.text())
                #expect(try await fixture.balance == 0)
            }
            await expect(.internalError) {
                try await fixture.post(writes, key: "failed") { db in
                    _ = try await fixture.gift(db)
                    throw ServiceError(.internalError)
                }
            }
            #expect(try await fixture.balance == 0)
            #expect(try await fixture.post(writes, key: "failed").headers[.idempotentReplayed] == nil)
            #expect(try await fixture.balance == 1)
        }
    }

    @Test("of many at once with one key take effect once; the others wait, are told to, or get the same answer")
    func concurrency() async throws {
        try await Self.withFixture { fixture in
            let processes = [fixture.writes(), fixture.writes()]
            let outcomes = await withTaskGroup(of: String.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        do {
                            return try await fixture.post(processes[number % 2], key: "a").text()
                        } catch {
                            return "\((error as? ServiceError)?.code ?? .internalError)"
                        }
                    }
                }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(outcomes.subtracting(["\(ServiceError.Code.idempotencyKeyInUse)"]) == ["entry 1"])
            let balance = try await fixture.balance
            #expect(balance == 1)
        }
    }

    @Test("forget answers whose time is over")
    func expiry() async throws {
        try await Self.withFixture { fixture in
            var fixture = fixture
            _ = try await fixture.post(fixture.writes(), key: "a")
            fixture.retention = .seconds(-60)
            _ = try await fixture.post(fixture.writes(), key: "a", body: "other")
            #expect(try await fixture.balance == 2)
        }
    }

    @Test("keep an answer with a secret so that the database does not show it")
    func secrets() async throws {
        try await Self.withFixture { fixture in
            let writes = fixture.writes()
            let key = try APIKey.Secret("r3k_" + String(repeating: "A", count: 43))
            let effect: IdempotentWrites.Effect = { _ in Answer(status: 201, body: ByteBuffer(string: "r3k_hidden")) }
            for _ in 0..<2 {
                let response = try await fixture.post(writes, key: "a", secret: key, effect: effect)
                #expect(try await response.text() == "r3k_hidden")
            }
            let bodies = try await fixture.storage.column("SELECT body FROM idempotency", as: [UInt8].self)
            let rows = bodies.map { String(decoding: $0, as: UTF8.self) }
            #expect(rows.count == 1)
            #expect(rows.allSatisfy { !$0.contains("hidden") })
        }
    }

    @Test("refuse keys of another shape", arguments: ["", " ", "a b", "é", String(repeating: "k", count: 256)])
    func malformed(key: String) async throws {
        try await Self.withFixture { fixture in
            await expect(.idempotencyKeyMalformed) { try await fixture.post(fixture.writes(), key: key) }
            let balance = try await fixture.balance
            #expect(balance == 0)
        }
    }
}
