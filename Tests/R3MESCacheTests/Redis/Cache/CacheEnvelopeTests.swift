// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite("What is stored under a key")
struct CacheEnvelopeTests {
    @Test("is read back as it was written, compressed where that saves bytes", arguments: [nil, 0, 100, 100_000])
    func roundTrip(threshold: Int?) throws {
        let payloads = [
            nil, ByteBuffer(), ByteBuffer(string: "a"), ByteBuffer(repeating: 7, count: 50_000),
            ByteBuffer(bytes: (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }),
        ]
        for payload in payloads {
            for tags in [[], ["a"], ["", "ü", String(repeating: "x", count: 65_535)]] {
                let envelope = CacheEnvelope(payload: payload, tags: tags, expiry: 1_764_000_000_123)
                let bytes = try #require(envelope.encoded(compressingFrom: threshold, level: 1))
                #expect(CacheEnvelope(decoding: bytes, maximumSize: 50_000) == envelope)
                if payload?.readableBytes == 50_000, threshold ?? .max < 50_000 {
                    #expect(bytes.readableBytes < 1000 + tags.reduce(0) { $0 + $1.utf8.count })
                }
            }
        }
    }

    @Test("what is larger than accepted is not read, nor is memory taken for it")
    func limit() throws {
        let envelope = CacheEnvelope(payload: ByteBuffer(repeating: 7, count: 1_000_000), tags: [], expiry: 1)
        let bytes = try #require(envelope.encoded(compressingFrom: 0, level: 1))
        #expect(bytes.readableBytes < 1000)
        #expect(CacheEnvelope(decoding: bytes, maximumSize: 999_999) == nil)
        #expect(CacheEnvelope(decoding: bytes, maximumSize: 1_000_000) != nil)
    }

    @Test("tags that can't be counted in two bytes are refused")
    func tooManyTags() {
        let many = Array(repeating: "t", count: 65_536)
        #expect(CacheEnvelope(payload: nil, tags: many, expiry: 1).encoded(compressingFrom: nil, level: 1) == nil)
        let long = [String(repeating: "x", count: 65_536)]
        #expect(CacheEnvelope(payload: nil, tags: long, expiry: 1).encoded(compressingFrom: nil, level: 1) == nil)
    }

    @Test("damaged bytes are read as nothing, or as some value, and never trap")
    func damaged() throws {
        let payload = ByteBuffer(repeating: 7, count: 3000)
        let envelope = CacheEnvelope(payload: payload, tags: ["one", "two"], expiry: 5)
        let whole = try #require(envelope.encoded(compressingFrom: 0, level: 1))
        forAll(cases: 5000) { generator in
            var bytes = Array(whole.readableBytesView)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            let decoded = CacheEnvelope(decoding: ByteBuffer(bytes: bytes), maximumSize: 10_000)
            try hold(decoded?.payload?.readableBytes ?? 0 <= 10_000)
        }
    }
}
