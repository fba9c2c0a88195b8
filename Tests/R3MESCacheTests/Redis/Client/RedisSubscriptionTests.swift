// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "Subscriptions and invalidations",
    .serialized,
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct RedisSubscriptionTests {
    @Test("messages come by channel and by pattern, to all who listen, and after they left no more")
    func messages() async throws {
        try await RedisServerProcess.with { server in
            try await withClient(server.configuration) { (client) async throws in
                try await client.withSubscription(to: ["a"], patterns: ["b*"]) { (first) async throws in
                    var iterator = first.makeAsyncIterator()
                    #expect(await iterator.next() == .subscribed)
                    try await client.withSubscription(to: ["a"]) { (second) async throws in
                        var other = second.makeAsyncIterator()
                        #expect(await other.next() == .subscribed)
                        #expect(try await client.publish("1", to: "a") == 1)
                        #expect(await other.next() == message("a", nil, "1"))
                    }
                    try await client.publish("2", to: "bc")
                    #expect(await iterator.next() == message("a", nil, "1"))
                    #expect(await iterator.next() == message("bc", "b*", "2"))
                }
                try await eventually { try await client.publish("3", to: "a") == 0 }
            }
        }
    }

    private func message(_ channel: String, _ pattern: String?, _ text: String) -> RedisSubscriptionEvent {
        .message(RedisMessage(channel: channel, pattern: pattern, payload: ByteBuffer(string: text)))
    }

    @Test("a lost connection is told, and so is the new one")
    func lost() async throws {
        try await RedisServerProcess.with { server in
            try await withClient(server.configuration) { (client) async throws in
                try await client.withSubscription(to: ["a"]) { (events) async throws in
                    var iterator = events.makeAsyncIterator()
                    #expect(await iterator.next() == .subscribed)
                    await server.crash()
                    #expect(await iterator.next() == .connectionLost)
                    try server.start()
                    #expect(await iterator.next() == .subscribed)
                    try await client.publish("1", to: "a")
                    #expect(await iterator.next() == message("a", nil, "1"))
                }
            }
        }
    }

    @Test("changes of keys are told, a flush is, and so is a lost connection")
    func invalidations() async throws {
        try await RedisServerProcess.with { server in
            try await withClient(server.configuration) { (client) async throws in
                try await client.withInvalidations(prefixes: ["user:"]) { (events) async throws in
                    var iterator = events.makeAsyncIterator()
                    #expect(await iterator.next() == .active)
                    try await client.set("other:1", to: 1)
                    try await client.set("user:1", to: 1)
                    #expect(await iterator.next() == .keys([ByteBuffer(string: "user:1")]))
                    _ = try await client.command("FLUSHALL")
                    #expect(await iterator.next() == .all)
                    await server.crash()
                    #expect(await iterator.next() == .connectionLost)
                    try server.start()
                    #expect(await iterator.next() == .active)
                }
            }
        }
    }

    @Test("a slow reader is told how much was left out, after what was not")
    func overflow() async {
        let queue = EventQueue<Int>(capacity: 3) { -$0 }
        for event in 1...5 {
            queue.append(event)
        }
        var events: [Int?] = []
        for _ in 0..<4 {
            events.append(await queue.next())
        }
        #expect(events == [1, 2, 3, -2])
        queue.append(6)
        #expect(await queue.next() == 6)
        queue.finish()
        #expect(await queue.next() == nil)
    }

    @Test("a reader who is cancelled stops waiting")
    func cancelledReader() async {
        let queue = EventQueue<Int>(capacity: 3) { $0 }
        let task = Task { await queue.next() }
        task.cancel()
        #expect(await task.value == nil)
        queue.append(1)
        #expect(await queue.next() == 1)
    }
}
