// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite("Idempotency", .timeLimit(.minutes(5)), .onBothEngines)
struct IdempotencyTests {
    @Test("The same key and body get the same answer and have no second effect, also after a restart")
    func repeated() async throws {
        try await TemporaryFolder.with { folder in
            let wallets = try WalletAddress.numbered(0..<3)
            let requests: [(path: String, body: [String: String])] = [
                ("/v1/users", ["wallet_address": wallets[2]]),
                ("/v1/users/\(wallets[0])/credits", ["amount": "5", "reason": "test"]),
                ("/v1/transfers", ["from": wallets[0], "to": wallets[1], "amount": "2"]),
                // Refusals are answers too.
                ("/v1/users", ["wallet_address": wallets[0]]),
                ("/v1/transfers", ["from": wallets[1], "to": wallets[0], "amount": "1000"]),
                ("/v1/users/\(wallets[1])/credits", ["amount": "-1000", "reason": "test"]),
            ]
            var first: [HTTPAnswer] = []
            let key = try await RunningService.with(in: folder) { service in
                let admin = try service.admin
                try await admin.register(Array(wallets[..<2]), credits: "10")
                for (number, request) in requests.enumerated() {
                    let answer = try await admin.post(request.path, request.body, idempotencyKey: "key-\(number)")
                    #expect(answer["Idempotent-Replayed"] == nil)
                    first.append(answer)
                }
                #expect(first.map(\.status) == [201, 201, 201, 409, 402, 402])
                // What made the refusal true is changed: the answer stays.
                _ = try await admin.give(wallets[1], "5000").decoded(CreditsBody.self, status: 201)
                return try #require(service.adminKey)
            }
            try await RunningService.with(in: folder) { service in
                let admin = service.session(key: key)
                for (number, request) in requests.enumerated() {
                    let answer = try await admin.post(request.path, request.body, idempotencyKey: "key-\(number)")
                    #expect(answer.status == first[number].status && answer.body == first[number].body)
                    #expect(answer["Location"] == first[number]["Location"])
                    #expect(answer["Content-Type"] == first[number]["Content-Type"])
                    #expect(answer["Idempotent-Replayed"] == "true")
                }
                #expect(try await admin.user(wallets[0]).credits == "13")
                #expect(try await admin.user(wallets[1]).credits == "5012")
            }
            #expect(try await expectExactLedger(in: folder).entries == 6)
        }
    }

    @Test("The same key with anything else is refused, and other callers have keys of their own")
    func reused() async throws {
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
            try await admin.register(wallets, credits: "10")
            #expect(try await admin.give(wallets[0], "1", idempotencyKey: "k").status == 201)
            try await admin.give(wallets[0], "2", idempotencyKey: "k").expectProblem(422, "R3MES-3009")
            try await admin.give(wallets[1], "1", idempotencyKey: "k").expectProblem(422, "R3MES-3009")
            try await admin.transfer("1", from: wallets[0], to: wallets[1], idempotencyKey: "k")
                .expectProblem(422, "R3MES-3009")

            let owner = service.session(key: try #require(try await admin.makeKey(wallets[0], scopes: "write").secret))
            let answer = try await owner.transfer("1", from: wallets[0], to: wallets[1], idempotencyKey: "k")
            #expect(answer.status == 201 && answer["Idempotent-Replayed"] == nil)
            #expect(try await admin.user(wallets[0]).credits == "10")

            for odd in ["", "a b", "é", String(repeating: "k", count: 256)] {
                try await admin.give(wallets[0], "1", idempotencyKey: odd).expectProblem(400, "R3MES-1018", "\(odd)")
            }
            // A body that could not be read has no effect to protect: the key is still free.
            try await admin.give(wallets[0], "x", idempotencyKey: "free").expectProblem(400, "R3MES-1002")
            #expect(try await admin.give(wallets[0], "1", idempotencyKey: "free").status == 201)
        }
    }

    @Test("Of duplicates sent at once, one has the effect; the others get its answer or are told to wait")
    func concurrent() async throws {
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
            try await admin.register(wallets, credits: "10")
            for round in 0..<5 {
                let answers = try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                    for _ in 0..<16 {
                        group.addTask {
                            try await admin.transfer(
                                "1",
                                from: wallets[0],
                                to: wallets[1],
                                idempotencyKey: "round-\(round)"
                            )
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let done = answers.filter { $0.status == 201 }
                #expect(!done.isEmpty && Set(done.map(\.body)).count == 1)
                for refused in answers where refused.status != 201 {
                    try refused.expectProblem(409, "R3MES-3010")
                }
            }
            #expect(try await admin.user(wallets[0]).credits == "5")
            #expect(try await expectExactLedger(in: service.folder).entries == 2 + 5 * 2)
        }
    }

    @Test("While the first request is under way its duplicate is refused, and answered alike afterwards")
    func underWay() async throws {
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
            try await admin.register(wallets, credits: "10")
            let lock = try await WriteLock.take(in: service.folder)
            let answers = try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await admin.transfer("1", from: wallets[0], to: wallets[1], idempotencyKey: "k")
                    }
                }
                // The first waits for the lock, whichever it is, so the other is answered before.
                let second = try #require(try await group.next())
                try await lock.release()
                return (second, try #require(try await group.next()))
            }
            try answers.0.expectProblem(409, "R3MES-3010")
            #expect(answers.1.status == 201)
            let repeated = try await admin.transfer("1", from: wallets[0], to: wallets[1], idempotencyKey: "k")
            #expect(repeated.status == 201 && repeated.body == answers.1.body)
        }
    }

    @Test("A failure of the database is not kept as the answer")
    func failure() async throws {
        // The time to wait for a lock is SQLite's: PostgreSQL's own setting says how long it waits.
        guard TestedEngine.current == .sqlite else { return }
        try await RunningService.with(settings: ["DATABASE_BUSY_TIMEOUT": "50ms"]) { service in
            let (admin, wallet) = (try service.admin, try WalletAddress.numbered(0).description)
            try await admin.register([wallet])
            let lock = try await WriteLock.take(in: service.folder)
            let refused = try await admin.give(wallet, "1", idempotencyKey: "k")
            try refused.expectProblem(503, "R3MES-4002")
            #expect(refused["Retry-After"] == "1")
            #expect(try await service.anonymous.get("/v1/users").status == 200, "readers do not wait for writers")
            try await lock.release()
            let answer = try await admin.give(wallet, "1", idempotencyKey: "k")
            #expect(answer.status == 201 && answer["Idempotent-Replayed"] == nil)
        }
    }
}
