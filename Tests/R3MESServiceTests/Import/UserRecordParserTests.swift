// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Records of an import")
struct UserRecordParserTests {
    let alice: WalletAddress
    let bob: WalletAddress

    init() throws {
        alice = try WalletAddress(payload: [UInt8](repeating: 1, count: 20))
        bob = try WalletAddress(payload: [UInt8](repeating: 2, count: 20))
    }

    /// A record, or what is wrong with a line, as text.
    static func outcomes(_ pieces: [[UInt8]], _ format: UserRecordParser.Format) throws -> [String] {
        var parser = UserRecordParser(format)
        var outcomes: [UserRecordParser.Outcome] = []
        for piece in pieces { try parser.parse(piece) { outcomes.append($0) } }
        try parser.finish { outcomes.append($0) }
        return outcomes.map { outcome in
            switch outcome {
            case .record(let record, let line): "\(line): \(record.line(.ndjson))"
            case .rejected(let line): "\(line.line): \(line.error): \(line.detail)"
            }
        }
    }

    static func outcomes(_ text: String, _ format: UserRecordParser.Format) throws -> [String] {
        try outcomes([Array(text.utf8)], format)
    }

    @Test("are read from CSV, with columns in any order")
    func csv() throws {
        let text = """
            metadata,created_at,wallet_address,is_miner,credits
            "{""a"":[1,""x""]}",2026-01-02T03:04:05Z,\(alice),true,12.5
            ,,\(bob),false,
            ,,\(alice.description.uppercased()),,0
            """
        #expect(
            try Self.outcomes(text, .csv) == [
                "2: " + json(alice, "\"12.5\"", "true", "\"2026-01-02T03:04:05.000000Z\"", #"{"a":[1,"x"]}"#),
                "3: " + json(bob, "null", "false", "null", "null"),
                "4: " + json(alice, "\"0\"", "null", "null", "null"),
            ]
        )
    }

    @Test("are read from NDJSON, with members in any order and blank lines between")
    func ndjson() throws {
        let text = """
            {"metadata": {"a": null}, "wallet_address": "\(alice)", "credits": "0.000001", "is_miner": true}

            {"wallet_address":"\(bob)","credits":null,"created_at":"2026-01-02T03:04:05Z"}\r
            """
        #expect(
            try Self.outcomes(text, .ndjson) == [
                "1: " + json(alice, "\"0.000001\"", "true", "null", #"{"a":null}"#),
                "3: " + json(bob, "null", "null", "\"2026-01-02T03:04:05.000000Z\"", "null"),
            ]
        )
    }

    @Test("come back from the lines that they are written as", arguments: UserRecordParser.Format.allCases)
    func roundTrip(format: UserRecordParser.Format) {
        forAll(cases: 200) { generator in
            let user = try generator.user()
            let isKnown = Bool.random(using: &generator)
            let record = UserRecord(
                wallet: user.wallet,
                credits: isKnown ? user.credits : nil,
                isMiner: isKnown ? user.isMiner : nil,
                createdAt: isKnown ? user.createdAt : nil,
                metadata: isKnown ? user.metadata : nil
            )
            let header = format == .csv ? UserRecord.columns.joined(separator: ",") + "\n" : ""
            var parser = UserRecordParser(format)
            var read: [UserRecord] = []
            try parser.parse((header + record.line(format) + "\n").utf8) { outcome in
                if case .record(let record, _) = outcome { read.append(record) }
            }
            try hold(read == [record], "\(record.line(format)) came back as \(read)")
        }
    }

    @Test("do not depend on how the bytes come in pieces")
    func pieces() throws {
        let csv = "\u{FEFF}wallet_address,metadata\r\n\(alice),\"{\"\"é\"\":\n1}\"\r\nwrong,\n\(bob),{\"a\n\(bob),"
        let ndjson = "\u{FEFF}{\"wallet_address\":\"\(alice)\"}\r\n{}\n[\n{\"wallet_address\":\"\(bob)\"}"
        for (text, format, count) in [(csv, UserRecordParser.Format.csv, 4), (ndjson, .ndjson, 4)] {
            let bytes = Array(text.utf8)
            let whole = try Self.outcomes([bytes], format)
            #expect(whole.count == count, "\(whole)")
            for split in 0...bytes.count {
                let outcomes = try Self.outcomes([Array(bytes[..<split]), Array(bytes[split...])], format)
                #expect(outcomes == whole, "split at \(split)")
            }
            #expect(try Self.outcomes(bytes.map { [$0] }, format) == whole)
        }
    }

    @Test(
        "are not read at all below a header that is wrong",
        arguments: [
            "credits", "wallet_address,wallet_address", "wallet_address,name", "wallet_address,", "Wallet_Address",
            " wallet_address", "wallet_address;credits", "\"wallet_address\"x", "wallet_address,credits,credits",
        ]
    )
    func badHeader(header: String) {
        let error = expect(.malformedBody) { try Self.outcomes(header + "\n\(alice)\n", .csv) }
        #expect(error?.detail.hasPrefix("The first line must name the columns") == true)
    }

    @Test(
        "find their header behind a byte order mark, quotes and blank lines",
        arguments: [
            "\u{FEFF}wallet_address", "\"wallet_address\"", "\u{FEFF}\"wallet_address\"", "\n\nwallet_address\r",
        ]
    )
    func goodHeader(header: String) throws {
        #expect(try Self.outcomes(header + "\n\(alice)\n", .csv).count == 1)
        #expect(try Self.outcomes(header + "\n\(alice)\n", .csv).first?.contains(alice.description) == true)
    }

    @Test("that are refused are named by line and by everything that is wrong with them")
    func refused() throws {
        let csv = """
            wallet_address,credits,is_miner,created_at,metadata
            "\(alice)","\n",true,,
            \(alice),-1,yes,yesterday,
            \(alice),1
            \(alice),1,1,,[]
            ,1,TRUE,,{
            \(bob),1,true,,"{""a"": ""\u{0}""}"
            """
        let outcomes = try Self.outcomes(csv, .csv)
        let places = [
            "2: R3MES-1002: credits ", "4: R3MES-1002: ", "5: R3MES-1001: The row has 2 columns, the header 5.",
        ]
        #expect(outcomes.count == 6)
        for (outcome, place) in zip(outcomes, places) { #expect(outcome.hasPrefix(place), "\(outcome)") }
        for field in ["credits must not", "is_miner must be true or false", "created_at A time"] {
            #expect(outcomes[1].contains(field), "\(outcomes[1])")
        }
        #expect(outcomes[3].contains("metadata must be an object"), "\(outcomes[3])")
        #expect(outcomes[4].hasPrefix("7: R3MES-1001"), "\(outcomes[4])")
        #expect(outcomes[5].hasPrefix("8: R3MES-1001"), "\(outcomes[5])")

        let ndjson = "{\"wallet_address\":\"\(alice)\",\"name\":1,\"credits\":5}\nnull\n{\"wallet_address\":1}\n"
        #expect(
            try Self.outcomes(ndjson, .ndjson) == [
                "1: R3MES-1002: credits must be a string; name is not a member of this body",
                "2: R3MES-1001: A JSON object is expected.", "3: R3MES-1002: wallet_address must be a string",
            ]
        )
    }

    @Test("that are too long are refused, and the next is read", arguments: UserRecordParser.Format.allCases)
    func tooLong(format: UserRecordParser.Format) throws {
        let header = format == .csv ? "wallet_address\n" : ""
        let good = UserRecord(wallet: alice).line(format).prefix { format == .ndjson || $0 != "," }
        let long = String(repeating: "x", count: UserRecordParser.maximumRecordLength + 1)
        let outcomes = try Self.outcomes(header + long + "\n" + good + "\n", format)
        #expect(outcomes.count == 2)
        #expect(outcomes.first?.contains("R3MES-1001: The line has more than 65536 bytes.") == true)
        #expect(outcomes.last?.contains(alice.description) == true)
    }

    @Test(
        "have the format that the name of the file ends in",
        arguments: [
            ("users.csv", UserRecordParser.Format.csv), ("USERS.CSV", .csv), ("a.b/c.ndjson", .ndjson),
            ("x.jsonl", .ndjson),
            ("users.csv.gz", nil), ("users", nil), ("", nil), ("-", nil), (".", nil),
        ]
    )
    func formats(name: String, format: UserRecordParser.Format?) {
        #expect(UserRecordParser.Format(fileName: name) == format)
    }

    private func json(
        _ wallet: WalletAddress,
        _ credits: String,
        _ isMiner: String,
        _ createdAt: String,
        _ metadata: String
    ) -> String {
        #"{"wallet_address":"\#(wallet)","credits":\#(credits),"is_miner":\#(isMiner),"#
            + #""created_at":\#(createdAt),"metadata":\#(metadata)}"#
    }
}
