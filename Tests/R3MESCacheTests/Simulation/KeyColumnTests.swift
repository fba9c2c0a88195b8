// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import Testing

@Suite("Columns of a log")
struct KeyColumnTests {
    private static let combinedLine =
        #"2001:db8::7 - frank [10/Oct/2000:13:55:36 -0700] "GET /a%20b?q=1 HTTP/1.1" 200 2326 "#
        + #""http://example.com/start \"here\"" "Mozilla/4.08 [en] (Win98; I ;Nav)""#

    private func key(
        _ column: KeyTraceReader.Column,
        in line: String,
        separator: KeyTraceReader.Separator = .blanks
    ) -> String? {
        Array(line.utf8).withUnsafeBytes { bytes in
            column.key(in: bytes, separatedBy: separator).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test(
        "The fields of a combined log line are numbered as a person counts them",
        arguments: zip(
            1...10,
            [
                "2001:db8::7", "-", "frank", "10/Oct/2000:13:55:36 -0700", "GET /a%20b?q=1 HTTP/1.1", "200", "2326",
                #"http://example.com/start \"here\""#, "Mozilla/4.08 [en] (Win98; I ;Nav)", nil,
            ]
        )
    )
    func combined(number: Int, field: String?) {
        #expect(key(.number(number), in: Self.combinedLine) == field)
        #expect(key(.number(number), in: "  " + Self.combinedLine.replacing(" - ", with: "\t -  ") + " ") == field)
    }

    @Test(
        "The request's target is the key, for the methods that a cache answers",
        arguments: [
            (combinedLine, "/a%20b?q=1"), (#"h - - [t] "HEAD /x HTTP/2.0" 200 5"#, "/x"),
            (#"h - - [t] "GET /a b HTTP/1.1" 400 5"#, "/a b"),
            (#"h - - [t] "GET http://h/x HTTP/1.1" 200 5"#, "http://h/x"),
            (#""GET is my name" - "GET /x HTTP/1.1""#, "/x"), (#"h - - [t] "POST /x HTTP/1.1" 200 5"#, nil),
            (#"h - - [t] "-" 408 0"#, nil), (#"h - - [t] "\x16\x03\x01" 400 0"#, nil), ("GET /x HTTP/1.1", nil),
            (#"h - - [t] "GET  HTTP/1.1" 400 5"#, nil), (#"h - - [t] "GET /x" 200 5"#, nil), ("", nil), ("\"", nil),
        ]
    )
    func request(line: String, target: String?) {
        #expect(key(.request, in: line) == target)
    }

    @Test(
        "A named field of a structured log is found, in quotation marks or not",
        arguments: [
            (
                "t info app: hb.request.id=7 hb.request.method=GET hb.request.path=/x?a=b [Hummingbird] Request",
                "/x?a=b"
            ),
            (#"msg="hb.request.path=/no way" hb.request.path="/x y" status=200"#, "/x y"),
            ("hb.request.path= x", nil), ("hb.request.paths=/x", nil), (#"hb.request.path="""#, nil),
            (#"hb.request.path="/x"#, #""/x"#),
        ]
    )
    func member(line: String, value: String?) {
        #expect(key(.member("hb.request.path"), in: line) == value)
    }

    @Test(
        "Every separator counts, and none in quotation marks does",
        arguments: [
            ("a,b,c", 2, "b"), ("a,,c", 3, "c"), ("a,,c", 2, nil), (",x", 2, "x"), ("x,", 2, nil), ("x,", 3, nil),
            (#"a,"b,c",d"#, 2, "b,c"), (#"a,"b,c",d"#, 3, "d"), (#"a,b"c,d"#, 3, "d"), (#"a,"b,c"#, 3, "c"),
            ("a,[b,c]", 2, "[b"), ("a, b ,c", 2, " b "), ("a", 1, "a"), ("a", 2, nil),
        ]
    )
    func separators(line: String, number: Int, field: String?) {
        #expect(key(.number(number), in: line, separator: .character(UInt8(ascii: ","))) == field)
    }

    @Test(
        "Marks that are not closed, or not at the edge of a field, are part of it",
        arguments: [
            ("[a b", 1, "[a"), ("[a b", 2, "b"), (#""a b"#, 1, #""a"#), (#"a"b c"d e"#, 2, #"c"d"#),
            ("[a]b c] d", 1, "a]b c"),
            (#""a"b c" d"#, 1, #"a"b c"#), (#""a\" b" c"#, 2, "c"), (#""a\"#, 1, #""a\"#), ("[] x", 2, "x"),
        ]
    )
    func oddMarks(line: String, number: Int, field: String?) {
        #expect(key(.number(number), in: line) == field)
    }

    @Test("Lines without the field are counted, and a log without any is refused")
    func skipped() throws {
        var reader = KeyTraceReader(column: .number(2))
        try reader.append(Array("a 1\nb\n\nc 2\nd 1\n".utf8))
        #expect(try reader.finish().keys == [0, 1, 0])
        #expect(reader.skippedLines == 1 && reader.count == 3)

        var without = KeyTraceReader(column: .request)
        try without.append(Array("a 1\nb\n".utf8))
        let error = #expect(throws: CacheError.self) { try without.finish() }
        #expect(error?.message == "none of its 2 lines has the column asked for")
    }

    @Test("A line of marks that are never closed takes no longer than any other", .timeLimit(.minutes(1)))
    func manyMarks() throws {
        // Looked for from each mark, the end of the line would be met 10^9 times in each of these lines.
        for mark in [#"" "#, "[ ", #"="x "#] {
            let line = String(repeating: mark, count: 60_000 / mark.count) + "\n"
            var reader = KeyTraceReader(column: .number(65_536))
            for _ in 0..<20 { try reader.append(Array(line.utf8)) }
            #expect(reader.skippedLines == 20)
        }
    }
}
