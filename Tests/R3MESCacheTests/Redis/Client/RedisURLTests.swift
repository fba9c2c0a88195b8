// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESCache

@Suite("URLs of Redis servers")
struct RedisURLTests {
    @Test("host, port, user, password and database are read")
    func redis() throws {
        let full = try RedisClient.Configuration(url: "redis://ann:p%40ss%23@example.org:7000/3")
        #expect(full.endpoint == .host("example.org", port: 7000))
        #expect(full.username == "ann" && full.password == "p@ss#" && full.database == 3 && full.tls == nil)
        let short = try RedisClient.Configuration(url: "redis://:pw@[::1]")
        #expect(short.endpoint == .host("::1", port: 6379))
        #expect(short.username == nil && short.password == "pw" && short.database == 0)
    }

    @Test("rediss means TLS, unix a socket")
    func others() throws {
        #expect(try RedisClient.Configuration(url: "rediss://example.org").tls != nil)
        let socket = try RedisClient.Configuration(url: "unix:///run/redis.sock?db=2")
        #expect(socket.endpoint == .unixSocket(path: "/run/redis.sock") && socket.database == 2)
    }

    @Test(
        "what can't be used is an error that repeats nothing of the URL",
        arguments: [
            "", "secret", "http://secret", "redis://", "redis://secret:99999", "redis://secret/x", "redis://secret/-1",
            "redis://secret?db=1", "redis://:secret#@h", "unix://secret/path", "unix:///", "unix:///secret?dbx=1",
            "redis://secret@h",
        ]
    )
    func refused(url: String) {
        let error = #expect(throws: CacheError.self) { try RedisClient.Configuration(url: url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error.map { !$0.description.contains("secret") } ?? false)
    }

    @Test("a configuration reports all that is wrong at once")
    func configuration() {
        var configuration = RedisClient.Configuration(endpoint: .host("", port: 0))
        configuration.connectionCount = 0
        configuration.clientName = "a b"
        let error = #expect(throws: CacheError.self) { try configuration.validate() }
        for word in ["host", "port", "connectionCount", "name"] {
            #expect(error?.message.contains(word) ?? false)
        }
    }
}
