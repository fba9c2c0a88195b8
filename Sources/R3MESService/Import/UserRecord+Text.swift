// SPDX-License-Identifier: Apache-2.0

import R3MESResponse

extension UserRecord {
    /// The record as a line of a file, without the line break, that ``UserRecordParser`` reads back.
    public func line(_ format: UserRecordParser.Format) -> String {
        switch format {
        case .csv: csv
        case .ndjson: ndjson
        }
    }

    /// The fields in the order of ``columns``.
    ///
    /// Metadata alone can hold a quote or a comma, and is quoted.
    private var csv: String {
        "\(wallet),\(text(credits)),\(text(isMiner)),\(text(createdAt)),\(metadata.map { quoted($0.json) } ?? "")"
    }

    /// Byte by byte: to Swift, a quote and a combining mark behind it are one character, which is no quote.
    private func quoted(_ text: String) -> String {
        let quote = UInt8(ascii: "\"")
        let doubled = text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
        return "\"\(String(decoding: doubled, as: UTF8.self))\""
    }

    private func text(_ value: (some CustomStringConvertible)?) -> String {
        value?.description ?? ""
    }

    private var ndjson: String {
        var json = JSONWriter()
        json.object { json in
            json.member("wallet_address", plain: wallet)
            json.member("credits", plain: credits)
            json.member("is_miner") { $0.raw(isMiner.map(String.init) ?? "null") }
            json.member("created_at", createdAt)
            json.member("metadata") { $0.raw(metadata?.json ?? "null") }
        }
        return json.text
    }
}
