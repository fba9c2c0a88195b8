// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import R3MESService

@Suite("Members of a JSON body")
struct ObjectFieldsTests {
    static func fields(_ json: String) throws -> ObjectFields {
        try ObjectFields(ByteBuffer(string: json))
    }

    /// Reads one member of each kind; gives the texts of what was read.
    static func readAll(_ json: String) throws -> [String?] {
        var fields = try fields(json)
        let (wallet, credits, text) = (fields.wallet("w"), fields.credits("c"), fields.text("t"))
        let array = fields.array("a")
        let optional: [String?] = [
            fields.optionalText("ot"), fields.optionalCredits("oc")?.description,
            fields.optionalTimestamp("os")?.description, fields.optionalBoolean("ob")?.description,
            fields.optionalMetadata("om")?.json, fields.array("oa", isRequired: false).map { "\($0.count)" },
        ]
        return try fields.checked(wallet, credits, text, array) { wallet, credits, text, array throws(ServiceError) in
            [wallet.description, credits.description, text, "\(array.count)"] + optional
        }
    }

    @Test("are read, each as its type")
    func all() throws {
        let json = #"""
            {"w":"\#(try Self.validWallet())","c":"1.50","t":"é\n","a":[1,null],"ot":"","oc":"-1","os":"1970-01-01T00:00:00Z",
            "ob":false,"om":{"x":[1]},"oa":[]}
            """#
        let expected = [
            try Self.validWallet(), "1.5", "é\n", "2", "", "-1", "1970-01-01T00:00:00.000000Z", "false", #"{"x":[1]}"#,
            "0",
        ]
        #expect(try Self.readAll(json) == expected)
    }

    @Test("may be left out or null where they are optional")
    func optional() throws {
        let required = #""w":"\#(try Self.validWallet())","c":"0","t":"","a":[]"#
        let nothing = [String?](repeating: nil, count: 6)
        #expect(try Self.readAll("{\(required)}").suffix(6) == nothing[...])
        let nulls = #","ot":null,"oc":null,"os":null,"ob":null,"om":null,"oa":null"#
        #expect(try Self.readAll("{\(required)\(nulls)}").suffix(6) == nothing[...])
    }

    @Test("that are wrong, missing, null or unknown are all named at once")
    func mistakes() {
        let json =
            #"{"w":"remes1x","c":1.5,"a":{},"t":null,"ot":1,"oc":"1e3","os":"today","ob":"true","om":[],"z":1,"b":2}"#
        let error = expect(.invalidFields) { try Self.readAll(json) }
        #expect(error?.fieldErrors.map(\.field) == ["w", "c", "t", "a", "ot", "oc", "os", "ob", "om", "b", "z"])
        #expect(error?.reason("c") == "must be a string")
        #expect(error?.reason("t") == "is missing")
        #expect(error?.reason("ob") == "must be true or false")
        #expect(error?.reason("z") == "is not a member of this body")

        let empty = expect(.invalidFields) { try Self.readAll("{}") }
        #expect(empty?.fieldErrors.map(\.field) == ["w", "c", "t", "a"])
        #expect(empty?.fieldErrors.allSatisfy { $0.reason == "is missing" } == true)
    }

    @Test("name the place inside metadata that is wrong")
    func metadata() throws {
        var fields = try Self.fields(#"{"metadata":{"a":{"b":["\u0000"]}}}"#)
        #expect(fields.optionalMetadata("metadata") == nil)
        let error = expect(.invalidFields) { try fields.required("") }
        #expect(error?.fieldErrors.map(\.field) == ["metadata.a.b.0"])
    }

    @Test("can be refused by whoever read them")
    func refusal() throws {
        var fields = try Self.fields(#"{"t":"x"}"#)
        let text = fields.text("t")
        fields.refuse("t", "is not nice")
        let error = expect(.invalidFields) { try fields.required(text) }
        #expect(error?.fieldErrors == [.init(field: "t", reason: "is not nice")])
    }

    @Test(
        "are looked for in an object alone",
        arguments: ["", " ", "null", "[]", "\"{}\"", "1", "{", "{}{}", #"{"a":1,"a":1}"#, "\u{FEFF}{}"]
    )
    func noObject(text: String) {
        expect(.malformedBody) { try Self.fields(text) }
    }

    @Test("of a CSV row are texts, but for booleans and metadata; empty ones are left out")
    func csv() throws {
        let row = [("t", "true story"), ("b", "true"), ("m", ""), ("metadata", #"{"a":1}"#), ("n", "12")]
        var fields = try ObjectFields(csv: row.map { ($0.0, Array($0.1.utf8)) })
        #expect(fields.text("t") == "true story")
        #expect(fields.optionalBoolean("b") == true)
        #expect(fields.optionalText("m") == nil)
        #expect(fields.optionalMetadata("metadata")?.json == #"{"a":1}"#)
        #expect(fields.text("n") == "12")
        _ = try fields.required("")
        expect(.malformedBody) { try ObjectFields(csv: [("t", [0xFF])]) }
        expect(.malformedBody) { try ObjectFields(csv: [("metadata", Array("{".utf8))]) }
    }

    private static func validWallet() throws -> String {
        try WalletAddress(payload: [UInt8](repeating: 1, count: 20)).description
    }
}
