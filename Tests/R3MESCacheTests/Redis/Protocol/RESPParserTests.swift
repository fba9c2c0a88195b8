// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite("The RESP parser")
struct RESPParserTests {
    private static let examples: [(String, RESPValue)] = [
        ("+OK\r\n", .simpleString(ByteBuffer(string: "OK"))),
        ("+\r\n", .simpleString(ByteBuffer())),
        ("-ERR no\r\n", .error(RESPError("ERR no"))),
        (":-9223372036854775808\r\n", .integer(.min)),
        (":+5\r\n", .integer(5)),
        ("$5\r\na\r\nbc\r\n", .bulkString(ByteBuffer(string: "a\r\nbc"))),
        ("$0\r\n\r\n", .bulkString(ByteBuffer())),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("_\r\n", .null),
        ("#t\r\n", .boolean(true)),
        (",1.5e3\r\n", .double(1500)),
        (",-inf\r\n", .double(-.infinity)),
        (
            "(-3492890328409238509324850943850943825024385\r\n",
            .bigNumber(ByteBuffer(string: "-3492890328409238509324850943850943825024385"))
        ),
        ("!5\r\nERR a\r\n", .error(RESPError("ERR a"))),
        ("=7\r\ntxt:abc\r\n", .verbatimString(format: "txt", ByteBuffer(string: "abc"))),
        ("*2\r\n:1\r\n*0\r\n", .array([.integer(1), .array([])])),
        ("~1\r\n:1\r\n", .set([.integer(1)])),
        ("%1\r\n+a\r\n:1\r\n", .map([RESPMapEntry(key: .simpleString(ByteBuffer(string: "a")), value: .integer(1))])),
        (">1\r\n:1\r\n", .push([.integer(1)])),
        ("|1\r\n+ttl\r\n:3600\r\n*2\r\n:1\r\n|1\r\n+a\r\n*1\r\n:9\r\n:2\r\n", .array([.integer(1), .integer(2)])),
    ]

    @Test("reads each type as the specification has it", arguments: examples)
    func readsEachType(text: String, value: RESPValue) throws {
        var parser = RESPParser()
        #expect(try parser.values(of: [Array(text.utf8)]) == [value])
    }

    @Test("reads the same values wherever the stream is cut in two")
    func cutInTwo() throws {
        let bytes = Self.examples.flatMap { Array($0.0.utf8) }
        for cut in 0...bytes.count {
            var parser = RESPParser()
            let values = try parser.values(of: [Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(values == Self.examples.map(\.1), "cut at \(cut)")
        }
    }

    @Test("reads the same values byte by byte")
    func byteByByte() throws {
        var parser = RESPParser()
        let values = try parser.values(of: Self.examples.flatMap { Array($0.0.utf8) }.map { [$0] })
        #expect(values == Self.examples.map(\.1))
    }

    @Test("reads back whatever is written, however it is cut")
    func roundTrip() {
        forAll(cases: 2000) { generator in
            let values = (0..<5).map { _ in RESPValue.random(using: &generator) }
            let bytes = values.flatMap(RESPSerializer.bytes)
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...max(1, bytes.count / 3), using: &generator)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            var parser = RESPParser()
            try hold(try parser.values(of: pieces) == values)
        }
    }

    @Test("neither traps on garbage nor keeps what it can't read")
    func garbage() {
        let alphabet = Array("+-:$*_,#!=(%~>|.;?0123456789tfinxe\r\n".utf8)
        forAll(cases: 5000) { generator in
            let bytes = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
                generator.oneIn(10)
                    ? UInt8.random(in: 0...255, using: &generator) : alphabet.randomElement(using: &generator) ?? 0
            }
            var parser = RESPParser()
            do throws(RESPParseError) {
                _ = try parser.values(of: bytes.map { [$0] })
            } catch {
                var again: RESPParseError?
                do throws(RESPParseError) { _ = try parser.next() } catch { again = error }
                try hold(again == error, "an error does not stay")
                try hold(parser.buffer.readableBytes == 0, "unread bytes are kept")
            }
        }
    }

    @Test(
        "refuses what is malformed, and says what is",
        arguments: [
            ("?\r\n", .unknownType), ("hello", .unknownType), (":1\n", .malformedLine), ("+a\rb", .malformedLine),
            (":\r\n", .malformedNumber), (":1a\r\n", .malformedNumber), (":9223372036854775808\r\n", .malformedNumber),
            (":-\r\n", .malformedNumber), (",0x1p3\r\n", .malformedNumber), (",\r\n", .malformedNumber),
            ("(1.0\r\n", .malformedNumber), ("(\r\n", .malformedNumber), ("#x\r\n", .malformedBoolean),
            ("#\r\n", .malformedBoolean), ("=3\r\nabc\r\n", .malformedVerbatimString),
            ("$1\r\nabc", .missingTerminator),
            ("_x\r\n", .missingTerminator), ("$-2\r\n", .negativeLength), ("%-1\r\n", .negativeLength),
            ("=-1\r\n", .negativeLength), ("$?\r\n", .streamedAggregate), ("*?\r\n", .streamedAggregate),
            (";4\r\n", .streamedAggregate), (".\r\n", .streamedAggregate), ("*1\r\n>1\r\n", .nestedPush),
        ] as [(String, RESPParseError)]
    )
    func refusesMalformed(text: String, expected: RESPParseError) {
        var parser = RESPParser()
        #expect(throws: expected) { try parser.values(of: [Array(text.utf8)]) }
        var slow = RESPParser()
        #expect(throws: expected) { try slow.values(of: Array(text.utf8).map { [$0] }) }
    }

    @Test("holds to its limits before it takes memory")
    func limits() {
        func error(_ text: String, _ change: (inout RESPLimits) -> Void) -> RESPParseError? {
            var limits = RESPLimits()
            change(&limits)
            var parser = RESPParser(limits: limits)
            do throws(RESPParseError) {
                _ = try parser.values(of: [Array(text.utf8)])
                return nil
            } catch { return error }
        }
        #expect(error(String(repeating: "*1\r\n", count: 65)) { _ in } == .nestedTooDeep)
        #expect(error(String(repeating: "*1\r\n", count: 64) + ":1\r\n") { _ in } == nil)
        #expect(error("$11\r\n") { $0.bulkLength = 10 } == .bulkTooLong)
        #expect(error("*3\r\n") { $0.elements = 2 } == .tooManyElements)
        #expect(error("*2\r\n*1\r\n") { $0.elements = 2 } == .tooManyElements)
        #expect(error("%9223372036854775807\r\n") { _ in } == .tooManyElements)
        #expect(error("+aaaaaaaaaaa") { $0.lineLength = 5 } == .lineTooLong)
        #expect(error("*2\r\n$5\r\naaaaa\r\n$5\r\n") { $0.size = 16 } == .answerTooLarge)
        #expect(error("+aaa\r\n+aaa\r\n+aaa\r\n") { $0.size = 8 } == nil)
    }

    @Test("a small value does not keep what was read together with it")
    func smallValuesAreCopied() throws {
        var parser = RESPParser()
        let large = String(repeating: "x", count: 60_000)
        let values = try parser.values(of: [Array("$1\r\na\r\n$60000\r\n\(large)\r\n".utf8)])
        #expect(values.count == 2)
        #expect(try #require(values[0].bytes).storageCapacity < 1024)
        #expect(values[1].bytes?.readableBytes == 60_000)
    }

    @Test("a stream that is never cut between answers does not pile up")
    func doesNotPileUp() throws {
        var parser = RESPParser()
        let answer = Array("$1000\r\n\(String(repeating: "x", count: 1000))\r\n".utf8)
        var count = try parser.values(of: [Array(answer.prefix(7))]).count
        for _ in 0..<1000 {
            count += try parser.values(of: [Array(answer.dropFirst(7)) + answer.prefix(7)]).count
        }
        #expect(count == 1000)
        #expect(parser.buffer.storageCapacity <= 8192)
    }
}
