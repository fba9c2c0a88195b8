// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import R3MESService

@Suite("A sealed answer")
struct AnswerSealTests {
    let key: APIKey.Secret
    let other: APIKey.Secret
    let answer = Answer(status: 201, location: "/v1/x", body: ByteBuffer(string: #"{"secret":"r3k_hidden"}"#))

    init() throws {
        key = try APIKey.Secret("r3k_" + String(repeating: "A", count: 43))
        other = try APIKey.Secret("r3k_" + String(repeating: "A", count: 42) + "B")
    }

    @Test("opens for the key that it was made for, and shows nothing before")
    func roundTrip() throws {
        let seal = AnswerSeal(for: key, idempotencyKey: "one")
        let sealed = try seal.close(answer)
        #expect(sealed.status == answer.status)
        #expect(sealed.location == answer.location)
        #expect(!String(buffer: sealed.body).contains("secret"))
        #expect(try AnswerSeal(for: key, idempotencyKey: "one").open(sealed) == answer)
        let empty = Answer(status: 204)
        #expect(try seal.open(seal.close(empty)) == empty)
        // The same answer is never encrypted to the same bytes.
        #expect(try seal.close(answer).body != sealed.body)
    }

    @Test("opens for no other key, no other idempotency key, and not without a key")
    func otherKeys() throws {
        let sealed = try AnswerSeal(for: key, idempotencyKey: "one").close(answer)
        for seal in [
            AnswerSeal(for: other, idempotencyKey: "one"), AnswerSeal(for: key, idempotencyKey: "two"),
            AnswerSeal(for: nil, idempotencyKey: "one"),
        ] {
            #expect(throws: (any Error).self) { try seal.open(sealed) }
        }
    }

    @Test("does not open once any of its bits has changed, or some are missing")
    func tampering() throws {
        let seal = AnswerSeal(for: key, idempotencyKey: "one")
        let sealed = try seal.close(answer)
        let bytes = Array(sealed.body.readableBytesView)
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: (any Error).self) { try seal.open(Answer(status: 201, body: ByteBuffer(bytes: changed))) }
        }
        for count in 0..<bytes.count {
            let body = ByteBuffer(bytes: bytes.prefix(count))
            #expect(throws: (any Error).self) { try seal.open(Answer(status: 201, body: body)) }
        }
    }
}

@Suite("Keys in flight")
struct InFlightKeysTests {
    @Test("belong to one request at a time, for each principal")
    func exclusive() {
        let keys = InFlightKeys()
        let key = IdempotencyTable.Key(principal: "a", key: "k")
        #expect(keys.begin(key))
        #expect(!keys.begin(key))
        #expect(keys.begin(.init(principal: "b", key: "k")))
        #expect(keys.begin(.init(principal: "a", key: "K")))
        keys.end(key)
        keys.end(key)
        #expect(keys.begin(key))
    }

    @Test("belong to one of many requests that come at once")
    func race() async {
        let keys = InFlightKeys()
        let key = IdempotencyTable.Key(principal: "a", key: "k")
        let winners = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { keys.begin(key) } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }
}
