// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import R3MESConcurrency
import R3MESResponse
import R3MESTestSupport
import Synchronization
import Testing

@Suite("Streams of rows")
struct RowStreamTests {
    private struct Broken: Error {}

    /// Numbers up to a count, and then an error if that is wanted.
    private struct Numbers: AsyncSequence, Sendable {
        typealias Element = Int
        var count: Int
        var fails = false
        var asked = Asked()

        final class Asked: Sendable {
            let count = Atomic<Int>(0)
        }

        struct Iterator: AsyncIteratorProtocol {
            let numbers: Numbers
            var next = 0

            mutating func next() async throws -> Int? {
                guard next < numbers.count else {
                    if numbers.fails { throw Broken() }
                    return nil
                }
                numbers.asked.count.add(1, ordering: .relaxed)
                next += 1
                return next
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(numbers: self) }
    }

    private func router(_ numbers: Numbers) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.get("ndjson") { request, _ in
            Response.ndjson(numbers, for: request) { json, number in json.object { $0.member("n", number) } }
        }
        router.get("csv") { request, _ in
            Response.csv(numbers, columns: ["n", "text"], for: request) { csv, number in
                csv.field(number)
                csv.field("a,\(number)")
            }
        }
        return router
    }

    @Test("send every row, in order and whole")
    func complete() async throws {
        let ndjson = try await answer("GET", "/ndjson", from: router(Numbers(count: 20_000)))
        #expect(ndjson["content-type"] == "application/x-ndjson" && ndjson.isComplete && ndjson.trailers.isEmpty)
        #expect(ndjson.text == (1...20_000).map { "{\"n\":\($0)}\n" }.joined())
        let csv = try await answer("GET", "/csv", from: router(Numbers(count: 3)))
        #expect(csv.text == "n,text\r\n1,\"a,1\"\r\n2,\"a,2\"\r\n3,\"a,3\"\r\n" && csv.isComplete)
        #expect(try await answer("GET", "/csv", from: router(Numbers(count: 0))).text == "n,text\r\n")
    }

    @Test("break off when the rows do, so that no client takes them for all", arguments: ["/ndjson", "/csv"])
    func failure(path: String) async throws {
        for count in [0, 10, 5000] {
            let answer = try await answer("GET", path, from: router(Numbers(count: count, fails: true)))
            #expect(answer.status == 200 && !answer.isComplete, "\(count)")
        }
    }

    @Test("tell a client that reads trailers how they ended")
    func trailers() async throws {
        let headers = [("TE", "gzip;q=0.5, Trailers")]
        let good = try await answer("GET", "/ndjson", headers, from: router(Numbers(count: 5)))
        #expect(good["trailer"] == "X-Stream-Status")
        #expect(good.trailers.map(\.value) == ["complete; rows=5"])
        let bad = try await answer("GET", "/ndjson", headers, from: router(Numbers(count: 5, fails: true)))
        #expect(bad.trailers.map(\.name) == ["x-stream-status"] && bad.trailers.map(\.value) == ["failed; rows=5"])
        #expect(bad.text.split(separator: "\n").count == 5)
    }

    @Test("ask for no more rows while the client doesn't read")
    func backPressure() async throws {
        let numbers = Numbers(count: 50_000_000)
        try await withServer(router(numbers)) { port in
            try await withTimeout(.seconds(60)) {
                try await RawClient.connect(port: port).executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(bytes: RawClient.request("GET", "/ndjson")))
                    var iterator = inbound.makeAsyncIterator()
                    _ = try await iterator.next()
                    // Whatever is asked for while all buffers fill: then it must stand still.
                    var before = -1
                    var now = numbers.asked.count.load(ordering: .relaxed)
                    while now != before {
                        try await Task.sleep(for: .milliseconds(300))
                        before = now
                        now = numbers.asked.count.load(ordering: .relaxed)
                    }
                    #expect(now < 5_000_000, "\(now) rows were read for a client that does not read")
                    // And go on when the client does.
                    while numbers.asked.count.load(ordering: .relaxed) == now {
                        guard try await iterator.next() != nil else { break }
                    }
                    #expect(numbers.asked.count.load(ordering: .relaxed) > now)
                }
            }
        }
    }
}

@Suite("CSV")
struct CSVWriterTests {
    @Test("quotes what needs it, and tells no value from an empty text")
    func quoting() {
        var csv = CSVWriter()
        for text in [nil, "", "a", "a b", " a", "a ", "a,b", "a\"b", "\"", "a\nb", "a\r\nb", "é"] { csv.field(text) }
        csv.field(Int64.min)
        csv.field(true)
        csv.endRow()
        #expect(
            String(buffer: csv.buffer) == ",\"\",a,a b,\" a\",\"a \",\"a,b\",\"a\"\"b\",\"\"\"\",\"a\nb\",\"a\r\nb\",é,"
                + "-9223372036854775808,true\r\n"
        )
    }

    @Test("defuses formulas only when asked to")
    func formulas() {
        for (text, defused) in [("=1+1", "'=1+1"), ("@a", "'@a"), ("-1", "'-1"), ("a=1", "a=1"), ("", "\"\"")] {
            var plain = CSVWriter()
            plain.field(text)
            var safe = CSVWriter(defusesFormulas: true)
            safe.field(text)
            #expect(
                String(buffer: plain.buffer) == (text.isEmpty ? "\"\"" : text) && String(buffer: safe.buffer) == defused
            )
        }
    }

    @Test("is read back by a reader of RFC 4180, whatever is in it")
    func roundTrip() {
        forAll(cases: 1500) { generator in
            let rows = (0..<3).map { _ in (0..<3).map { _ in generator.unicodeText(maximumLength: 10) } }
            var csv = CSVWriter()
            for row in rows {
                for text in row { csv.field(text) }
                csv.endRow()
            }
            let read = read(Array(csv.buffer.readableBytesView)).map { $0.map { Array($0) } }
            try hold(read == rows.map { $0.map { Array($0.utf8) } }, String(buffer: csv.buffer))
        }
    }

    /// The grammar of RFC 4180, byte for byte.
    private func read(_ bytes: [UInt8]) -> [[[UInt8]]] {
        var rows: [[[UInt8]]] = []
        var row: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if isQuoted {
                if byte != 0x22 {
                    field.append(byte)
                } else if index + 1 < bytes.count, bytes[index + 1] == 0x22 {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 0x22 {
                isQuoted = true
            } else if byte == 0x2C {
                row.append(field)
                field = []
            } else if byte == 0x0D {
                rows.append(row + [field])
                (row, field) = ([], [])
                index += 1
            } else {
                field.append(byte)
            }
            index += 1
        }
        return rows
    }
}
