// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESService
import R3MESTestSupport
import Testing

// No deadline helps the service here: what does not end by itself ends by the time limit of the suite, as a failure.
private let patient = ["SERVER_SHUTDOWN_TIMEOUT": "1h", "SERVER_IDLE_TIMEOUT": "1h"]

@Suite("Shutdown", .timeLimit(.minutes(3)))
struct ShutdownTests {
    @Test(
        "Told to stop under load, it answers wholly or not at all, keeps what it acknowledged, and closes the database",
        arguments: [SIGTERM, SIGINT]
    )
    func underLoad(signal: Int32) async throws {
        let generator = SeededGenerator()
        let seed: Comment = "seed \(generator.seed)"
        try await TemporaryFolder.with { folder in
            var random = generator
            let (log, moment) = (TransferLog(), Int.random(in: 20...120, using: &random))
            let wallets = try WalletAddress.numbered(0..<4)
            let key = try await RunningService.with(in: folder, settings: patient) { service in
                try await service.admin.register(wallets, credits: "100")
                let key = try #require(service.adminKey)
                try await withThrowingTaskGroup { group in
                    for client in 0..<8 {
                        group.addTask {
                            let pair = [wallets[client % 4], wallets[(client + 1) % 4]]
                            try await RawConnection.with(service) { connection in
                                for number in 0... {
                                    let name = "\(client)-\(number)"
                                    let order = ["from": pair[0], "to": pair[1], "amount": "0.01"]
                                    log.send(order, key: name)
                                    let body = try JSON.encode(order)
                                    // Written to a closed connection, this fails: the request was never read.
                                    try? await connection.post("/v1/transfers", key: key, body, idempotencyKey: name)
                                    guard let answer = try await connection.answer() else { return }
                                    #expect(answer.status == 201, "\(answer.text)")
                                    let done = try JSON.decode(TransferBody.self, from: Data(answer.body.utf8))
                                    if log.acknowledge(done.transferId, key: name) == moment {
                                        service.process.send(signal)
                                    }
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(await service.process.waitForEnd() == .exited(0), seed)
                return key
            }
            #expect(try folder.names() == ["r3mes.sqlite"], "the database was not closed")

            try await RunningService.with(in: folder) { service in
                let kept = try await service.session(key: key).transferCounts(of: wallets)
                #expect(log.acknowledged.count >= moment, seed)
                #expect(log.acknowledged.values.allSatisfy { kept[$0] == 2 }, seed)
                // Whoever got no answer was not served: nothing happened that nobody was told of.
                #expect(kept.count == log.acknowledged.count, seed)
            }
            #expect(try await expectExactLedger(in: folder).credits == "400")
        }
    }

    @Test("A request that is under way when the service is told to stop gets its answer")
    func inFlight() async throws {
        try await TemporaryFolder.with { folder in
            try await RunningService.with(in: folder, settings: patient) { service in
                let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
                try await admin.register(wallets, credits: "10")
                let lock = try WriteLock(on: folder.database)
                let answer = try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                    for _ in 0..<2 {
                        group.addTask {
                            try await admin.transfer("1", from: wallets[0], to: wallets[1], idempotencyKey: "k")
                        }
                    }
                    // That the duplicate is refused shows that the other is being worked on.
                    let refused = try #require(try await group.next())
                    try refused.expectProblem(409, "R3MES-3010")
                    service.process.send(SIGTERM)
                    // No new connection is taken once the service drains.
                    while (try? await RawConnection.with(service) { _ in }) != nil {}
                    try lock.release()
                    return try #require(try await group.next())
                }
                #expect(try answer.decoded(TransferBody.self, status: 201).amount == "1")
                #expect(await service.process.waitForEnd() == .exited(0))
            }
            #expect(try await expectExactLedger(in: folder).entries == 4)
        }
    }

    @Test("Connections that are open and idle hold nothing up")
    func idleConnections() async throws {
        try await RunningService.with(settings: patient) { service in
            try await RawConnection.with(service) { silent in
                try await RawConnection.with(service) { idle in
                    try await idle.send("GET /health/live HTTP/1.1\r\nHost: r3mes\r\n\r\n")
                    #expect(try await idle.answer()?.status == 200)
                    #expect(await service.end(by: SIGTERM) == .exited(0))
                    let answers = (try await idle.answer(), try await silent.answer())
                    #expect(answers == (nil, nil))
                }
            }
        }
    }

    @Test("A client that stops in the middle of its request holds the service up no longer than allowed")
    func stalledClient() async throws {
        try await TemporaryFolder.with { folder in
            try await RunningService.with(in: folder, settings: ["SERVER_SHUTDOWN_TIMEOUT": "200ms"]) { service in
                try await RawConnection.with(service) { connection in
                    let key = try #require(service.adminKey)
                    let body = #"{"wallet_address":"\#(try WalletAddress.numbered(0))"}"#
                    try await connection.post("/v1/users", key: key, body, idempotencyKey: "k", cutAfter: 5)
                    #expect(await service.end(by: SIGTERM) == .exited(0))
                    _ = try await connection.answer()
                }
            }
            #expect(try folder.names() == ["r3mes.sqlite"], "the database was not closed")
            #expect(try await expectExactLedger(in: folder).users == 0)
        }
    }

    @Test("A write that waits for a lock beyond the time allowed is given up, and nothing is half done")
    func lockedBeyondTheDeadline() async throws {
        let settings = ["SERVER_SHUTDOWN_TIMEOUT": "100ms", "DATABASE_BUSY_TIMEOUT": "500ms"]
        try await TemporaryFolder.with { folder in
            try await RunningService.with(in: folder, settings: settings) { service in
                let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
                try await admin.register(wallets, credits: "10")
                let lock = try WriteLock(on: folder.database)
                await withTaskGroup { group in
                    for _ in 0..<2 {
                        group.addTask {
                            try? await admin.transfer("1", from: wallets[0], to: wallets[1], idempotencyKey: "k")
                        }
                    }
                    let first = await group.next()
                    #expect(first??.status == 409)
                    #expect(await service.end(by: SIGTERM) == .exited(0))
                    let second = await group.next()
                    #expect(second??.status != 201)
                }
                try lock.release()
            }
            #expect(try await expectExactLedger(in: folder).entries == 2)
        }
    }

    @Test("Two services on one database see each other's writes, and the first to go leaves the other in peace")
    func twoServices() async throws {
        try await TemporaryFolder.with { folder in
            try await RunningService.with(in: folder) { first in
                let (admin, wallets) = (try first.admin, try WalletAddress.numbered(0..<2))
                try await admin.register(wallets, credits: "10")
                let key = try await admin.makeKey(wallets[0], scopes: "write")
                try await RunningService.with(in: folder) { second in
                    #expect(second.adminKey == nil)
                    let owner = second.session(key: try #require(key.secret))
                    #expect(try await owner.transfer("1", from: wallets[0], to: wallets[1]).status == 201)
                    // With a memory each, they see it within its lifetime.
                    try await eventually { try await admin.user(wallets[0]).credits == "9" }
                    #expect(try await admin.delete("/v1/users/\(wallets[0])/api-keys/\(key.id)").status == 204)
                    try await eventually { try await owner.get("/v1/users").status == 401 }
                    try await owner.get("/v1/users").expectProblem(401, "R3MES-2002")
                }
                _ = try await admin.give(wallets[0], "1").decoded(CreditsBody.self, status: 201)
            }
            #expect(try folder.names() == ["r3mes.sqlite"])
            #expect(try await expectExactLedger(in: folder).entries == 5)
        }
    }
}
