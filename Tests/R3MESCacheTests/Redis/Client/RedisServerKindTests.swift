// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOSSL
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "Servers of different kinds",
    .serialized,
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct RedisServerKindTests {
    @Test("a Unix socket")
    func unixSocket() async throws {
        let path = "/tmp/r3mes-redis-\(UInt32.random(in: 0 ... .max)).sock"
        try await RedisServerProcess.with(["--unixsocket", path]) { server in
            var configuration = server.configuration
            configuration.endpoint = .unixSocket(path: path)
            try await withClient(configuration) { (client) async throws in
                try await client.set("a", to: 1)
                #expect(try await client.get("a", as: Int.self) == 1)
            }
        }
    }

    @Test("TLS, with a certificate that is checked")
    func tls() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "r3mes-tls-\(UInt32.random(in: 0 ... .max))"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (certificate, key) = (folder.appending(path: "certificate.pem"), folder.appending(path: "key.pem"))
        try Data(FaultyUpstream.certificate.utf8).write(to: certificate)
        try Data(FaultyUpstream.privateKey.utf8).write(to: key)
        let files = ["--tls-cert-file", certificate.path, "--tls-key-file", key.path, "--tls-auth-clients", "no"]
        try await RedisServerProcess.with(files, port: "--tls-port") { server in
            var configuration = server.configuration
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(FaultyUpstream.certificate.utf8)))
            configuration.tls = tls
            configuration.endpoint = .host("localhost", port: server.port)
            try await withClient(configuration) { (client) async throws in
                let text = String(repeating: "x", count: 300_000)
                try await client.set("a", to: text)
                #expect(try await client.get("a", as: String.self) == text)
            }
            configuration.tls = .makeClientConfiguration()
            configuration.options.unavailableAfter = .zero
            try await withClient(configuration) { (client) async throws in
                let error = await #expect(throws: CacheError.self) { try await client.ping() }
                #expect(error?.code == .unavailable)
            }
        }
    }

    @Test("a password, by default and by an ACL user; a wrong one is told apart", arguments: [true, false])
    func passwords(resp3: Bool) async throws {
        try await RedisServerProcess.with(["--requirepass", "top", "--user", "ann", "on", ">pw", "~*", "+@all"]) {
            server in
            var configuration = server.configuration
            configuration.options.prefersRESP3 = resp3
            configuration.password = "top"
            try await withClient(configuration) { try await $0.ping() }
            configuration.username = "ann"
            configuration.password = "pw"
            configuration.clientName = "tests"
            configuration.database = 3
            try await withClient(configuration) { (client) async throws in
                #expect(try await String(resp: client.command("ACL", "WHOAMI")) == "ann")
                #expect(try await String(resp: client.command("CLIENT", "GETNAME")) == "tests")
                #expect(try await String(resp: client.command("CLIENT", "INFO")).contains("db=3"))
            }
            configuration.password = "wrong"
            configuration.options.unavailableAfter = .zero
            try await withClient(configuration) { (client) async throws in
                let error = await #expect(throws: CacheError.self) { try await client.ping() }
                #expect(error?.code == .authenticationFailed)
            }
        }
    }

    @Test("RESP2 gives the same answers")
    func resp2() async throws {
        try await RedisServerProcess.with { server in
            var configuration = server.configuration
            configuration.options.prefersRESP3 = false
            try await withClient(configuration) { (client) async throws in
                try await client.hset("hash", [("a", 1), ("b", 2)])
                #expect(try await client.hgetall("hash", as: Int.self) == ["a": 1, "b": 2])
                try await client.zadd("scores", [RedisScoredMember("x", score: 1.5)])
                #expect(try await client.zscore("scores", "x") == 1.5)
                #expect(try await client.zrange("scores", as: String.self) == [RedisScoredMember("x", score: 1.5)])
                try await client.xadd("stream", [("f", "v")])
                #expect(try await client.xread([("stream", "0")])["stream"]?.count == 1)
                try await client.withSubscription(to: ["news"]) { (events) async throws in
                    var iterator = events.makeAsyncIterator()
                    #expect(await iterator.next() == .subscribed)
                    try await client.publish("hello", to: "news")
                    let message = RedisMessage(channel: "news", pattern: nil, payload: ByteBuffer(string: "hello"))
                    #expect(await iterator.next() == .message(message))
                }
            }
        }
    }
}
