// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import R3MESResponse
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Parameters of a query")
struct QueryFieldsTests {
    static func fields(_ query: String) -> QueryFields {
        QueryFields(.make(.get, "/v1/users" + query))
    }

    @Test("are read, each as its type, percent-encoded or not")
    func all() throws {
        var fields = Self.fields("?n=7&b=false&s=-x&c=12.5&t=1970-01-01T00%3A00%3A00%2B00:00&x=%C3%A9%26%3D%25+1&e=&k")
        #expect(fields.integer("n", in: 1...7) == 7)
        #expect(fields.boolean("b") == false)
        #expect(fields.choice("s", of: [("x", 1), ("-x", 2)]) == 2)
        #expect(fields.credits("c")?.millionths == 12_500_000)
        #expect(fields.timestamp("t") == .epoch)
        #expect(fields.text("x") == "é&=%+1")
        #expect(fields.text("e") == "")
        #expect(fields.text("k") == "")
        #expect(fields.text("absent") == nil)
        #expect(fields.integer("absent", in: 1...7) == nil)
        try fields.finish()
    }

    @Test("that are wrong are all named at once, with what is allowed")
    func mistakes() {
        var fields = Self.fields("?n=8&b=yes&s=y&c=1e3&t=today&e=")
        #expect(fields.integer("n", in: 1...7) == nil)
        #expect(fields.boolean("b") == nil)
        #expect(fields.choice("s", of: [("x", 1), ("-x", 2)]) == nil)
        #expect(fields.credits("c") == nil)
        #expect(fields.timestamp("t") == nil)
        #expect(fields.integer("e", in: 1...7) == nil)
        let error = expect(.invalidFields) { try fields.finish() }
        #expect(error?.fieldErrors.map(\.field) == ["n", "b", "s", "c", "t", "e"])
        #expect(error?.reason("n") == "must be a whole number from 1 to 7")
        #expect(error?.reason("s") == "must be one of x, -x")
    }

    @Test("that nobody asked for are refused, with the wrong ones")
    func unknown() {
        var fields = Self.fields("?z=1&n=x&a=2")
        _ = fields.integer("n", in: 1...7)
        _ = fields.text("m")
        let error = expect(.unknownParameter) { try fields.finish() }
        #expect(error?.detail == "This call has these query parameters: m, n.")
        #expect(error?.fieldErrors.map(\.field) == ["a", "z", "n"])
        let none = expect(.unknownParameter) { try Self.fields("?a").finish() }
        #expect(none?.detail == "This call has these query parameters: none.")
        #expect(throws: Never.self) { try Self.fields("").finish() }
        #expect(throws: Never.self) { try Self.fields("?").finish() }
    }

    @Test("that come twice are refused, also with the same value")
    func duplicates() {
        var fields = Self.fields("?n=1&m=1&n=1")
        _ = (fields.text("n"), fields.text("m"))
        let error = expect(.invalidFields) { try fields.finish() }
        #expect(error?.fieldErrors == [.init(field: "n", reason: "is given more than once")])
    }

    @Test(
        "that are whole numbers have digits alone",
        arguments: ["+5", "0x5", "5.0", "5 ", " 5", "٥", "1e0", "99999999999999999999"]
    )
    func numbers(text: String) {
        let encoded = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
        var fields = Self.fields("?n=\(encoded)")
        #expect(fields.integer("n", in: 1...7) == nil)
        expect(.invalidFields) { try fields.finish() }
    }

    @Test("are cut from any text without a trap")
    func random() {
        forAll(cases: 3000) { generator in
            let text = generator.text(of: "abn=&%+?#1éF", maximumLength: 20)
            var fields = Self.fields("?" + text)
            _ = fields.integer("n", in: 0...9)
            _ = fields.text("a")
            try? fields.finish()
        }
    }

    @Test("give the size of a page and its cursor", arguments: [("", 20, nil), ("?limit=3&cursor=abc", 3, "abc")])
    func pages(query: String, limit: Int, cursor: String?) throws {
        var fields = Self.fields(query)
        let page = PageRequest(&fields, maximum: 50)
        try fields.finish()
        #expect((page.limit, page.cursor) == (limit, cursor))
        var few = Self.fields("")
        #expect(PageRequest(&few, maximum: 5).limit == 5)
    }

    @Test("are kept in the link to the next page, but for the cursor")
    func link() {
        let request = Request.make(.get, "/v1/users?limit=2&cursor=old&sort=-credits")
        #expect(request.nextLink(cursor: "new")[.link] == "</v1/users?limit=2&sort=-credits&cursor=new>; rel=\"next\"")
        #expect(
            Request.make(.get, "/v1/users").nextLink(cursor: "new")[.link] == "</v1/users?cursor=new>; rel=\"next\""
        )
        #expect(request.nextLink(cursor: nil).isEmpty)
    }
}
