// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "Memory over a Redis in trouble",
    .serialized,
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct TieredCacheFaultTests {
    private func withTwo(
        _ change: (inout TieredCache<String>.Configuration) -> Void = { _ in },
        _ body: (RedisServerProcess, TieredCache<String>, TieredCache<String>) async throws -> Void
    ) async throws {
        try await RedisServerProcess.with { server in
            var configuration = server.configuration
            configuration.commandTimeout = .milliseconds(500)
            try await withInstances(2, on: configuration, change) { try await body(server, $0[0], $0[1]) }
        }
    }

    @Test("without Redis values come from the loader, never an error, and all is as before when it is back")
    func killed() async throws {
        try await withTwo { (server, one, two) async throws in
            let source = Source()
            _ = try await one.value(forKey: "k") { await source.load($0) }
            try await eventually {
                _ = await one.get("k")
                return one.memory.peek("k") != nil
            }
            await server.crash()
            // Memory is not trusted any more, and is empty.
            try await eventually { one.status.mode != .coherent && one.memory.peek("k") == nil }
            for round in 1...20 {
                source["k"] = round
                await one.invalidate("k")
                #expect(try await one.value(forKey: "k") { await source.load($0) } == "\(round)")
            }
            #expect(one.status.mode == .isolated)
            #expect(one.status.pendingInvalidations == 1)
            await one.set("21", forKey: "k")
            #expect(await one.get("k") == "21")
            source["k"] = 21
            try server.start()
            for cache in [one, two] {
                try await eventually { cache.status.mode == .coherent && cache.status.pendingInvalidations == 0 }
                #expect(try await cache.value(forKey: "k") { await source.load($0) } == "21")
            }
        }
    }

    @Test("what was invalidated while Redis stood still is gone from it before it is used again")
    func paused() async throws {
        try await withTwo { (server, one, two) async throws in
            let source = Source()
            _ = try await one.value(forKey: "k") { await source.load($0) }
            _ = try await one.value(forKey: "tagged") { await source.load($0) }
            server.send(SIGSTOP)
            source["k"] = 1
            source["tagged"] = 1
            await one.invalidate("k")
            #expect(one.status.mode == .isolated)
            await one.invalidate(tag: "all")
            #expect(try await one.value(forKey: "k") { await source.load($0) } == "1")
            server.send(SIGCONT)
            try await eventually { one.status.mode == .coherent }
            for cache in [one, two] {
                try await eventually { cache.status.mode == .coherent }
                for key in ["k", "tagged"] {
                    #expect(try await cache.value(forKey: key) { await source.load($0) } == "1")
                }
            }
        }
    }

    @Test("memory is not read once messages are late")
    func late() async throws {
        try await withTwo({ $0.maximumDelay = .milliseconds(300) }) { (server, one, _) async throws in
            await one.set("v", forKey: "k")
            try await eventually {
                _ = await one.get("k")
                return one.memory.peek("k") != nil
            }
            server.send(SIGSTOP)
            try await eventually { one.status.mode != .coherent }
            server.send(SIGCONT)
            try await eventually { one.status.mode == .coherent }
            #expect(await one.get("k") == "v")
        }
    }

    @Test("a full server is no error either")
    func full() async throws {
        try await RedisServerProcess.with { server in
            try await withInstances(1, on: server.configuration) { caches in
                let (cache, source) = (caches[0], Source())
                _ = try await cache.redis.client.command("CONFIG", "SET", "maxmemory", "1", keyIndex: nil)
                for round in 1...10 {
                    source["k"] = round
                    await cache.invalidate("k")
                    #expect(try await cache.value(forKey: "k") { await source.load($0) } == "\(round)")
                }
                _ = try await cache.redis.client.command("CONFIG", "SET", "maxmemory", "0", keyIndex: nil)
                try await eventually { cache.status.mode == .coherent }
                #expect(try await cache.value(forKey: "k") { await source.load($0) } == "10")
            }
        }
    }
}
