// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import R3MESCache

@Suite("Answers as Swift's types")
struct RESPDecodableTests {
    private func text(_ text: String) -> RESPValue { .bulkString(ByteBuffer(string: text)) }

    @Test("numbers come as numbers and as texts")
    func numbers() throws {
        #expect(try Int(resp: .integer(5)) == 5)
        #expect(try Int(resp: text("-5")) == -5)
        #expect(try Double(resp: .double(1.5)) == 1.5)
        #expect(try Double(resp: text("1.5")) == 1.5)
        #expect(try Bool(resp: .integer(1)))
        #expect(try !Bool(resp: .boolean(false)))
        #expect(try Bool(resp: .simpleString(ByteBuffer(string: "OK"))))
    }

    @Test("maps come as maps and as RESP2's flat lists")
    func maps() throws {
        let map = RESPValue.map([RESPMapEntry(key: text("a"), value: .integer(1))])
        #expect(try [String: Int](resp: map) == ["a": 1])
        #expect(try [String: Int](resp: .array([text("a"), .integer(1)])) == ["a": 1])
        #expect(try [String: Int]?(resp: .null) == nil)
        #expect(try Set<String>(resp: .set([text("a"), text("b")])) == ["a", "b"])
    }

    @Test("what does not fit is an error that holds nothing of the value")
    func mismatch() {
        let error = #expect(throws: CacheError.self) { try Int(resp: text("secret")) }
        #expect(error?.code == .unexpectedReply)
        #expect(error.map { !$0.description.contains("secret") } ?? false)
    }

    @Test("a server's error is known by its code, and its words stay out of the description")
    func serverErrors() {
        let error = CacheError.server(RESPError("WRONGTYPE Operation against secret"))
        #expect(error.code == .serverError)
        #expect(error.serverError?.code == "WRONGTYPE")
        #expect(!error.description.contains("secret"))
        #expect(!"\(RESPError("sec-ret words"))".contains("sec"))
    }

    @Test("commands are encoded as arrays of bulk strings, with the key where it is")
    func commands() {
        var command = RedisCommand("SET", key: "k\r\n")
        command.append(12)
        var bytes = ByteBuffer()
        bytes.write(command)
        #expect(String(buffer: bytes) == "*3\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$2\r\n12\r\n")
        let raw = RedisCommand("object", ["ENCODING", "key:1"], keyIndex: 1)
        let key = raw.key.flatMap { raw.body.getString(at: $0.lowerBound, length: $0.count) }
        #expect(key == "key:1")
    }
}
