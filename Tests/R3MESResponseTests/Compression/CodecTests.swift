// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESResponse

@Suite("Content codings")
struct CodecTests {
    @Test("give back what was packed, in whatever pieces", arguments: ContentCoding.compressing)
    func roundTrip(coding: ContentCoding) {
        forAll(cases: 60) { generator in
            let bytes = generator.packable(maximumCount: 20_000)
            let level = Int.random(in: 1...6, using: &generator)
            guard let encoder = try coding.makeEncoder(level: level, size: nil) else { throw Falsified(reason: "none") }
            var output = ByteBuffer()
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...5000, using: &generator))
                rest = rest.dropFirst(piece.count)
                let step: EncodingStep = Bool.random(using: &generator) ? .flush : .more
                try Array(piece).withUnsafeBytes { bytes in
                    try encoder.encode(bytes, step, into: &output)
                }
            }
            try encoder.encode(UnsafeRawBufferPointer(start: nil, count: 0), .end, into: &output)
            try hold(try Codecs.decode(Array(output.readableBytesView), coding) == bytes)
        }
    }

    @Test("let the client read all that was written before a flush", arguments: ContentCoding.compressing)
    func flush(coding: ContentCoding) throws {
        let encoder = try #require(try coding.makeEncoder(level: 5, size: nil))
        var output = ByteBuffer()
        var written: [UInt8] = []
        for number in 0..<50 {
            let line = Array("line \(number) of the stream\n".utf8)
            written += line
            try line.withUnsafeBytes { try encoder.encode($0, .flush, into: &output) }
            #expect(try Codecs.decode(Array(output.readableBytesView), coding, isWhole: false) == written)
        }
    }

    @Test("pack an empty body into one that unpacks to nothing", arguments: ContentCoding.compressing)
    func empty(coding: ContentCoding) throws {
        #expect(try Codecs.decode(try Codecs.encode([], coding), coding) == [])
    }

    @Test("refuse what is damaged, cut short or followed by more", arguments: ContentCoding.compressing)
    func damage(coding: ContentCoding) throws {
        let plain = Array(String(repeating: "The quick brown fox. ", count: 50).utf8)
        let packed = try Codecs.encode(plain, coding)
        for count in 0..<packed.count {
            #expect(throws: ResponseError.self) { try Codecs.decode(Array(packed.prefix(count)), coding) }
        }
        #expect(throws: ResponseError.self) { try Codecs.decode(packed + [0, 1, 2, 3, 4], coding) }
    }

    @Test("read bodies of several gzip members and zstd frames", arguments: [ContentCoding.gzip, .zstd])
    func members(coding: ContentCoding) throws {
        let packed = try Codecs.encode([1, 2], coding) + Codecs.encode([3], coding)
        #expect(try Codecs.decode(packed, coding) == [1, 2, 3])
    }

    @Test("pack harder when idle than when busy")
    func levels() {
        let levels = CompressionLevels(idle: 6, busy: 1)
        #expect([-1, 0, 0.5, 0.6, 0.75, 1, 2].map { levels.level(at: $0) } == [6, 6, 6, 5, 3, 1, 1])
        #expect((0...1).contains(ProcessorLoad().current))
    }
}
