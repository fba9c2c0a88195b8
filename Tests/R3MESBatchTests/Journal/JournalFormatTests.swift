// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESBatch

@Suite("Journal format")
struct JournalFormatTests {
    @Test(
        "CRC-32C gives the published values (RFC 3720, B.4)",
        arguments: [
            (Array("123456789".utf8), 0xE306_9283),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E),
            ([], 0),
        ] as [([UInt8], UInt32)]
    )
    func checksum(bytes: [UInt8], expected: UInt32) {
        var checksum = CRC32C()
        checksum.add(bytes)
        #expect(checksum.value == expected)
    }

    private func makeFile(_ format: JournalFormat, payloads: [[UInt8]]) -> (bytes: [UInt8], ends: [Int]) {
        var bytes = format.header
        let ends = payloads.enumerated().map { index, payload in
            format.append(.item, sequence: UInt64(index + 1), payload: payload, to: &bytes)
            return bytes.count
        }
        return (bytes, ends)
    }

    private let payloads: [[UInt8]] = [[1, 2, 3], [], Array(repeating: 0x5A, count: 40), Array("ZEL".utf8), [9]]

    @Test("a file cut off at any byte gives all records that are whole")
    func truncated() throws {
        let format = JournalFormat(salt: 42)
        let (bytes, ends) = makeFile(format, payloads: payloads)
        for length in JournalFormat.headerSize...bytes.count {
            let contents = JournalContents(Array(bytes.prefix(length)), format: format)
            let whole = ends.count { $0 <= length }
            #expect(contents.items.map { Array($0.payload) } == Array(payloads.prefix(whole)), "length \(length)")
            #expect(contents.damage.isEmpty)
            #expect(contents.end == (ends.prefix(whole).last ?? JournalFormat.headerSize))
        }
    }

    @Test("any byte changed loses the record that holds it and no other, and is told unless it was the last")
    func damaged() throws {
        let format = JournalFormat(salt: 42)
        let (bytes, ends) = makeFile(format, payloads: payloads)
        for offset in JournalFormat.headerSize..<bytes.count {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = bytes
                damaged[offset] ^= mask
                let contents = JournalContents(damaged, format: format)
                let hit = try #require(ends.firstIndex { $0 > offset })
                var expected = payloads
                expected.remove(at: hit)
                #expect(contents.items.map { Array($0.payload) } == expected, "offset \(offset) mask \(mask)")
                #expect(contents.damage.isEmpty == (hit == payloads.count - 1), "offset \(offset) mask \(mask)")
            }
        }
    }

    @Test("any byte of the header changed makes it no journal")
    func damagedHeader() {
        let header = JournalFormat(salt: 7).header
        #expect(JournalFormat(header: header[...]) == JournalFormat(salt: 7))
        for offset in header.indices {
            var damaged = header
            damaged[offset] ^= 4
            #expect(JournalFormat(header: damaged[...]) == nil)
        }
        #expect(JournalFormat(header: header.dropLast()) == nil)
    }

    @Test("a payload that looks like a record of another file is not taken for one")
    func forgedRecord() {
        let format = JournalFormat(salt: 1)
        var forged: [UInt8] = []
        JournalFormat(salt: 2).append(
            .commit,
            sequence: 9,
            payload: JournalFormat.payload(committing: .max),
            to: &forged
        )
        var (bytes, _) = makeFile(format, payloads: [forged, [5]])
        // Damaged just before, so that the reader searches through the payload.
        bytes[JournalFormat.headerSize] ^= 1
        let contents = JournalContents(bytes, format: format)
        #expect(contents.items.map { Array($0.payload) } == [[5]])
        #expect(contents.committed == nil)
    }

    @Test("whatever the bytes are, reading ends")
    func fuzz() {
        var generator = SeededGenerator()
        let format = JournalFormat(salt: 3)
        for _ in 0..<300 {
            var (bytes, _) = makeFile(format, payloads: payloads)
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0...30, using: &generator))
            let contents = JournalContents(bytes, format: format)
            #expect(contents.end <= max(bytes.count, JournalFormat.headerSize), "seed \(generator.seed)")
            #expect(contents.items.allSatisfy { payloads.contains(Array($0.payload)) }, "seed \(generator.seed)")
        }
    }
}
