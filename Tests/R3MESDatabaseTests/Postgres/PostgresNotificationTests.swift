// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("Notifications of PostgreSQL", PostgresTestDatabase.isThere)
struct PostgresNotificationTests {
    @Test("what is sent while the body runs is received in its order")
    func messages() async throws {
        try await PostgresTestDatabase.with { database, table in
            let channel = "Channel of " + table.description
            let payloads = try await database.withNotifications(on: [channel]) { notifications in
                for number in 0..<10 {
                    try await database.execute("SELECT pg_notify(\(channel), \(String(number)))")
                }
                var payloads: [String] = []
                for await case .message(let message) in notifications {
                    #expect(message.channel == channel)
                    payloads.append(message.payload)
                    if payloads.count == 10 { break }
                }
                return payloads
            }
            #expect(payloads == (0..<10).map { String($0) })
        }
    }

    @Test("a connection that is lost is replaced, and the gap is told")
    func reconnection() async throws {
        try await PostgresTestDatabase.with { database, table in
            let channel = table.description
            try await database.withNotifications(on: [channel]) { notifications in
                var iterator = notifications.makeAsyncIterator()
                try await database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN ' || quote_ident(\(channel)) OR query LIKE 'LISTEN \"' || \(channel) || '\"'"
                )
                #expect(await iterator.next() == .gap)
                try await database.execute("SELECT pg_notify(\(channel), 'again')")
                guard case .message(let message) = await iterator.next() else {
                    Issue.record("no message")
                    return
                }
                #expect(message.payload == "again")
            }
        }
    }

    @Test("a listener that is cancelled ends, and its connection hears no more")
    func cancellation() async throws {
        try await PostgresTestDatabase.with {
            $0.pool.maximum = 1
        } _: { database, table in
            let channel = table.description
            let listener = Task {
                try await database.withNotifications(on: [channel]) { notifications in
                    for await _ in notifications {}
                }
            }
            while database.poolStatistics.leases == 0 { await Task.yield() }
            listener.cancel()
            _ = await listener.result
            let listening = try await database.withTransaction { transaction in
                try await transaction.query("SELECT count(*) FROM pg_listening_channels()").only().decode(
                    Int.self,
                    at: 0
                )
            }
            #expect(listening == 0)
        }
    }
}
