// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESDatabase
import R3MESTestSupport
import Synchronization
import Testing

@Suite("Both engines: cancellation, time and the end")
struct EndingTests {
    @Test("a statement whose time is up is ended, and the next one runs", arguments: DatabaseEngine.tested)
    func timeout(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            let options = StatementOptions(timeout: .milliseconds(50))
            await expectError(.timedOut) { try await database.query(database.dialect.endlessQuery, options: options) }
            await expectError(.timedOut) {
                try await withDeadline(.after(.milliseconds(50))) {
                    try await database.query(database.dialect.endlessQuery)
                }
            }
            for _ in 0..<10 {
                let answer = try await database.query("SELECT 1")
                #expect(answer.count == 1)
            }
        }
    }

    @Test("a late statement takes its transaction with it", arguments: DatabaseEngine.tested)
    func timeoutInTransaction(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            await expectError(.timedOut) {
                try await database.withTransaction { transaction in
                    try await transaction.execute("INSERT INTO accounts (id, name) VALUES (1, 'one')")
                    let options = StatementOptions(timeout: .milliseconds(50))
                    _ = try await transaction.query(transaction.dialect.endlessQuery, options: options)
                }
            }
            #expect(try await database.count(of: "accounts") == 0)
        }
    }

    @Test("a cancelled task leaves at once, and its statement ends", arguments: DatabaseEngine.tested)
    func cancellation(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            for isInTransaction in [false, true] {
                let task = Task {
                    guard isInTransaction else {
                        _ = try await database.query(database.dialect.endlessQuery)
                        return
                    }
                    try await database.withTransaction { transaction in
                        _ = try await transaction.query(transaction.dialect.endlessQuery)
                    }
                }
                try await Task.sleep(for: .milliseconds(20))
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                let answer = try await database.query("SELECT 1")
                #expect(answer.count == 1)
            }
        }
    }

    @Test(
        "tasks cancelled at random awaits leave whole transactions or none, and nothing hangs",
        arguments: DatabaseEngine.tested
    )
    func storm(engine: DatabaseEngine) async throws {
        let seed = SeededGenerator().seed
        try await engine.withDatabase { database in
            try await database.makeAccounts(4)
            let acknowledged = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var random = SeededGenerator(seed: seed &+ UInt64(worker))
                        for _ in 0..<100 {
                            let id = Int.random(in: 0..<4, using: &random)
                            let task = Task {
                                try await database.withTransaction(.repeatable) { transaction in
                                    try await transaction.execute(
                                        "UPDATE accounts SET credits = credits - 1 WHERE id = \(id)"
                                    )
                                    try await transaction.execute("INSERT INTO visits (account) VALUES (\(id))")
                                }
                                acknowledged.count()
                            }
                            for _ in 0..<Int.random(in: 0..<8, using: &random) { await Task.yield() }
                            if Bool.random(using: &random) { task.cancel() }
                            _ = await task.result
                        }
                    }
                }
                try await group.waitForAll()
            }
            let spent = try await database.query("SELECT 4000 - sum(credits) FROM accounts").only().decode(
                Int.self,
                at: 0
            )
            let visits = try await database.count(of: "visits")
            #expect(spent == visits, "seed \(seed)")
            #expect(visits >= acknowledged.total, "seed \(seed)")
            #expect(acknowledged.total > 0, "seed \(seed)")
        }
    }

    @Test("a database that was shut down refuses statements", arguments: DatabaseEngine.tested)
    func shutdown(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(1)
            await database.shutdown()
            await expectError(.closed) { try await database.query("SELECT 1") }
            await expectError(.closed) { try await database.execute("DELETE FROM visits") }
            await expectError(.closed) { try await database.withTransaction { try await $0.query("SELECT 1") } }
            await database.shutdown()
        }
    }

    @Test("an observer is told of each statement", arguments: DatabaseEngine.tested)
    func observer(engine: DatabaseEngine) async throws {
        let observer = EventLog()
        try await engine.withDatabase(observer: observer) { database in
            try await database.makeAccounts(3)
            observer.clear()
            _ = try await database.query("SELECT id FROM accounts", options: StatementOptions(name: "all accounts"))
            await expectError(.undefinedObject) { try await database.query("SELECT * FROM nobody") }
            _ = try await database.withTransaction { transaction in
                try await transaction.execute("UPDATE accounts SET credits = \(7) WHERE id < \(2)")
            }
        }
        let events = observer.events.filter { !$0.text.hasPrefix("BEGIN") && !$0.text.hasPrefix("COMMIT") }
        #expect(events.map(\.name) == ["all accounts", nil, nil])
        #expect(events.map(\.rows) == [3, 0, 2])
        #expect(events.map(\.error) == [nil, .undefinedObject, nil])
        #expect(events.map(\.isInTransaction) == [false, false, true])
        #expect(events.allSatisfy { $0.duration > .zero })
    }
}

/// Keeps all that it is told.
final class EventLog: StatementObserver {
    private let kept = Mutex<[StatementEvent]>([])

    var events: [StatementEvent] { kept.withLock { $0 } }

    func clear() {
        kept.withLock { $0 = [] }
    }

    func statementEnded(_ event: StatementEvent) {
        kept.withLock { $0.append(event) }
    }
}
