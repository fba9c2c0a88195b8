// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("KeyTraceReader")
struct KeyTraceReaderTests {
    private func read(
        _ bytes: [UInt8],
        pieces: Int = .max,
        limits: KeyTraceReader.Limits = .init()
    ) throws(CacheError) -> KeyTrace {
        var reader = KeyTraceReader(limits: limits)
        var start = 0
        while start < bytes.count {
            let end = bytes.count - start > pieces ? start + pieces : bytes.count
            try reader.append(bytes[start..<end])
            start = end
        }
        return try reader.finish()
    }

    private func read(_ text: String, pieces: Int = .max) throws(CacheError) -> KeyTrace {
        try read(Array(text.utf8), pieces: pieces)
    }

    @Test(
        "Keys are numbered in order of appearance, whatever ends the lines",
        arguments: [
            ("b\na\nb\n", [0, 1, 0]), ("b\r\na\r\nb", [0, 1, 0]), ("\n\n  \n7\n\r\n07\n 7\t\n", [0, 1, 0]),
            ("x", [0]), ("two words\ntwo  words\ntwo words", [0, 1, 0]), ("\u{FEFF}é\né", [0, 1]),
        ]
    )
    func lines(text: String, keys: [UInt32]) throws {
        for pieces in [1, 2, 3, 1000] {
            for bytes in [Array(text.utf8), gzip(Array(text.utf8))] {
                let trace = try read(bytes, pieces: pieces)
                #expect(trace.keys == keys && trace.distinctKeys == Set(keys).count)
            }
        }
    }

    @Test("Text and gzip data in any number of members and pieces say the same")
    func members() {
        forAll(cases: 60) { generator in
            let stream = KeyStream.zipf.keys(count: 300, among: 5000, using: &generator)
            let expected = KeyTrace(stream)
            let bytes = Array(stream.map { "key:\($0)" }.joined(separator: "\n").utf8)
            var packed: [UInt8] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let length = Int.random(in: 0...rest.count, using: &generator)
                packed += gzip(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            packed += Array(repeating: 0, count: Int.random(in: 0...600, using: &generator))
            let pieces = Int.random(in: 1...1000, using: &generator)
            try hold(read(bytes, pieces: pieces) == expected, "text")
            try hold(read(packed, pieces: pieces) == expected, "gzip")
        }
    }

    @Test("Gzip data that breaks off says so, wherever it does")
    func truncated() throws {
        let whole = gzip(Array((0..<200).map { "\($0 * 7919)" }.joined(separator: "\n").utf8))
        for length in 2..<whole.count {
            let error = #expect(throws: CacheError.self) { try read(Array(whole.prefix(length)), pieces: 70) }
            #expect(error?.code == .invalidTrace)
            #expect(error?.message == "the gzip data breaks off after \(length) bytes")
        }
    }

    @Test("Damaged gzip data is told with its place, or found whole")
    func damaged() throws {
        let whole = gzip(Array((0..<300).map { "\($0 * 7919)" }.joined(separator: "\n").utf8))
        let expected = try read(whole)
        forAll(cases: 500) { generator in
            var bytes = whole
            let place = Int.random(in: 10..<bytes.count, using: &generator)
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            do {
                try hold(read(bytes) == expected, "damage at \(place) went unnoticed")
            } catch let error as CacheError {
                try hold(
                    error.message.contains("damaged at byte") || error.message.contains("breaks off"),
                    error.message
                )
            }
        }
        let trailing = #expect(throws: CacheError.self) { try read(whole + Array("more".utf8)) }
        #expect(trailing?.message == "the gzip data is damaged at byte \(whole.count + 2): incorrect header check")
    }

    @Test("Random bytes never stop the program, in text and in gzip data")
    func randomBytes() {
        forAll(cases: 500) { generator in
            let count = Int.random(in: 0...200, using: &generator)
            let marks = Array("\n \"[]\\=".utf8)
            var bytes = generator.bytes(count: count).map { $0 < 50 ? marks[Int($0) % marks.count] : $0 }
            if generator.oneIn(2) { bytes = [0x1F, 0x8B, 8, 0] + bytes }
            if generator.oneIn(4) { bytes = gzip(bytes) }
            let columns: [KeyTraceReader.Column] = [.line, .number(2), .request, .member("a"), .member("")]
            var reader = KeyTraceReader(
                column: columns.randomElement(using: &generator) ?? .line,
                separator: generator.oneIn(2) ? .blanks : .character(UInt8.random(in: 32...127, using: &generator))
            )
            do {
                for byte in bytes { try reader.append([byte]) }
                let trace = try reader.finish()
                try hold(trace.keys.allSatisfy { Int($0) < trace.distinctKeys })
            } catch let error as CacheError {
                try hold(error.code == .invalidTrace)
            }
        }
    }

    @Test("A line that never ends is refused before it takes memory, with its number")
    func longLine() throws {
        // 8 MiB of one letter, in 8 KiB of gzip data.
        let bomb = gzip(Array("a\nb\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 1 << 23))
        #expect(bomb.count < 1 << 14)
        let error = #expect(throws: CacheError.self) { try read(bomb) }
        #expect(error?.message == "line 3 is longer than 65536 bytes")

        var limits = KeyTraceReader.Limits()
        limits.lineLength = 3
        for pieces in [1, 2, 100] {
            #expect(try read(Array("abc\r\nabc\n\nabc".utf8), pieces: pieces, limits: limits).count == 3)
            for text in ["abcd", "abc\nabcd\r\n", "a\nabcdefgh\n", "abc\nabcd"] {
                let error = #expect(throws: CacheError.self) {
                    try read(Array(text.utf8), pieces: pieces, limits: limits)
                }
                #expect(error?.message.hasPrefix("line \(text.contains("\n") ? 2 : 1) is longer than 3 bytes") == true)
            }
        }
    }

    @Test("No more requests are read than the limit says, and what follows may be damaged")
    func requestLimit() throws {
        var limits = KeyTraceReader.Limits()
        limits.requests = 3
        var reader = KeyTraceReader(limits: limits)
        try reader.append(gzip(Array("a\nb\na\nc\nd\n".utf8)).dropLast(3))
        let isFull = reader.isFull
        #expect(isFull)
        try reader.append([1, 2, 3, 4])
        let trace = try reader.finish()
        #expect(trace.keys == [0, 1, 0] && trace.distinctKeys == 2)
        limits.requests = 0
        #expect(throws: CacheError.self) { try read(Array("a".utf8), limits: limits) }
    }

    @Test("Keys that take too much memory, no keys and binary files are told apart")
    func refusals() {
        var limits = KeyTraceReader.Limits()
        limits.keyBytes = 5
        for (text, reason) in [
            ("abc\nabc\nde\nf\n", "the distinct keys take more than 5 bytes at line 4; read fewer requests"),
            ("", "there is no line in it"), ("\n \n\r\n", "there is no line in it"),
            ("a\nb\0c\n", "line 2 is not text"),
        ] {
            let error = #expect(throws: CacheError.self) { try read(Array(text.utf8), limits: limits) }
            #expect(error?.message == reason)
        }
    }

    @Test("The table of keys numbers as a dictionary does")
    func table() {
        forAll(cases: 5) { generator in
            var table = KeyTable()
            var numbers: [[UInt8]: UInt32] = [:]
            for _ in 0..<5000 {
                let key = generator.bytes(count: Int.random(in: 0...2, using: &generator))
                let expected = numbers[key] ?? UInt32(numbers.count)
                numbers[key] = expected
                let number = key.withUnsafeBytes { table.number(of: $0) }
                try hold(number == expected && table.count == numbers.count, "\(key)")
            }
        }
    }
}
