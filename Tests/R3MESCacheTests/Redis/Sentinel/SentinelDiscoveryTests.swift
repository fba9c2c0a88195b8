// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import R3MESCache

@Suite("Sentinel discovery")
struct SentinelDiscoveryTests {
    @Test("a URL names the sentinels, the master and the database")
    func url() throws {
        let configuration = try RedisClient.Configuration(
            url: "redis+sentinel://user:p%40ss@one:26380,two,[::1]:26381/the-master/3"
        )
        let hosts: [(host: String, port: Int)] = [("one", 26380), ("two", 26379), ("::1", 26381)]
        #expect(configuration.endpoint == .sentinels(hosts, master: "the-master"))
        #expect(configuration.username == "user")
        #expect(configuration.password == "p@ss")
        #expect(configuration.database == 3)
        #expect(configuration.tls == nil)
        #expect(try RedisClient.Configuration(url: "rediss+sentinel://one/m").tls != nil)
    }

    @Test(
        "a URL that names no master or no sentinel is refused without being repeated",
        arguments: [
            "redis+sentinel://secret", "redis+sentinel://secret/", "redis+sentinel:///secret",
            "redis+sentinel://one,,secret/m", "redis+sentinel://one:0/secret", "redis+sentinel://one/m/secret",
            "redis+sentinel://a@b@secret/m", "redis+sentinel://one/m?secret=1", "redis+sentinel://one/m/1/secret",
        ]
    )
    func refusedURL(url: String) throws {
        let error = #expect(throws: CacheError.self) { try RedisClient.Configuration(url: url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.description.contains("secret") == false)
    }

    @Test("an answer that is no address is refused")
    func answers() throws {
        func text(_ text: String) -> RESPValue { .bulkString(ByteBuffer(string: text)) }
        let master = try RedisClient.Endpoint.Host(sentinelAnswer: .array([text("10.0.0.1"), text("6379")]))
        #expect(master == .init(name: "10.0.0.1", port: 6379))
        let bad: [RESPValue] = [
            .null, .array([]), .array([text("10.0.0.1")]), .array([text(""), text("6379")]),
            .array([text("10.0.0.1"), text("0")]), .array([text("10.0.0.1"), text("x")]), .integer(1),
        ]
        for answer in bad {
            #expect(throws: CacheError.self) { try RedisClient.Endpoint.Host(sentinelAnswer: answer) }
        }
    }

    @Test("the handshake ends with a master and refuses a replica", arguments: ["master", "slave", ""])
    func role(role: String) throws {
        var handshake = Handshake(credentials: nil, name: nil, database: 0, asksForRESP3: false, requiresMaster: true)
        guard case .send(let commands) = handshake.start() else {
            Issue.record("nothing was asked")
            return
        }
        #expect(commands.count == 1)
        let answer = RESPValue.array([.bulkString(ByteBuffer(string: role)), .integer(0), .array([])])
        if role == "master" {
            guard case .done = try handshake.receive(answer) else {
                Issue.record("a master was not taken")
                return
            }
        } else {
            let error = #expect(throws: CacheError.self) { try handshake.receive(answer) }
            #expect(error?.code == .unavailable)
        }
    }
}
