// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite("The first words on a connection")
struct HandshakeTests {
    private func words(_ step: Handshake.Step) -> [String]? {
        guard case .send(let commands) = step else { return nil }
        return commands.map { command in
            String(buffer: command.body).split(separator: "\r\n").filter { !$0.hasPrefix("$") }.joined(separator: " ")
        }
    }

    @Test("RESP3, user and name go together, the rest follows")
    func resp3() throws {
        var handshake = Handshake(
            credentials: .init(username: "ann", password: "pw"),
            name: "api",
            database: 2,
            settings: [RedisCommand("CLIENT", ["TRACKING", "ON"])]
        )
        let hello = handshake.start()
        #expect(words(hello) == ["HELLO 3 AUTH ann pw SETNAME api"])
        let rest = try handshake.receive(.map([]))
        #expect(words(rest) == ["SELECT 2", "CLIENT TRACKING ON"])
        guard case .wait = try handshake.receive(.simpleString(ByteBuffer(string: "OK"))) else {
            Issue.record(); return
        }
        guard case .done = try handshake.receive(.simpleString(ByteBuffer(string: "OK"))) else {
            Issue.record(); return
        }
        #expect(handshake.isRESP3)
    }

    @Test(
        "a server that knows no RESP3 is spoken to in RESP2",
        arguments: ["NOPROTO no", "ERR unknown command 'HELLO'"]
    )
    func fallback(refusal: String) throws {
        var handshake = Handshake(credentials: .init(username: nil, password: "pw"), name: "api", database: 0)
        _ = handshake.start()
        let rest = try handshake.receive(.error(RESPError(refusal)))
        #expect(words(rest) == ["AUTH pw", "CLIENT SETNAME api"])
        #expect(!handshake.isRESP3)
    }

    @Test("a wrong password is told from everything else", arguments: ["WRONGPASS invalid", "NOAUTH required"])
    func wrongPassword(refusal: String) {
        var handshake = Handshake(credentials: nil, name: nil, database: 0)
        _ = handshake.start()
        let error = #expect(throws: CacheError.self) { try handshake.receive(.error(RESPError(refusal))) }
        #expect(error?.code == .authenticationFailed)
    }

    @Test("tries to connect come ever later, never at the same time, and at last at a steady pace")
    func backoff() {
        var generator = SeededGenerator()
        var backoff = Backoff(base: .milliseconds(20), maximum: .seconds(2))
        for attempt in 0..<100 {
            let full = min(Duration.milliseconds(20) * (1 << min(attempt, 20)), .seconds(2))
            let delay = backoff.next(using: &generator)
            #expect(delay >= full / 2 && delay <= full, "R3MES_TEST_SEED=\(generator.seed)")
        }
        backoff.reset()
        let first = backoff.next(using: &generator)
        #expect(first <= .milliseconds(20))
    }
}
