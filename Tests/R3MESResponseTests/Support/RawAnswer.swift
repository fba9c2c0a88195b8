// SPDX-License-Identifier: Apache-2.0

import NIOCore

@testable import R3MESResponse

/// An answer as it came over the wire.
struct RawAnswer: Sendable {
    struct Malformed: Error {
        let bytes: String
    }

    var status = 0
    var head: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var trailers: [(name: String, value: String)] = []
    /// Whether the body ended as its framing says.
    var isComplete = false
    /// What came after the body's end.
    var excess = 0

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The values of a header, joined; nil if there is none.
    subscript(name: String) -> String? {
        let values = head.filter { $0.name == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        func line() throws -> String {
            guard let end = rest.firstIndex(of: 10) else {
                throw Malformed(bytes: String(decoding: bytes.prefix(400), as: UTF8.self))
            }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end], as: UTF8.self).replacing("\r", with: "")
        }
        func fields() throws -> [(name: String, value: String)] {
            var fields: [(name: String, value: String)] = []
            while case let text = try line(), !text.isEmpty {
                let parts = text.split(separator: ":", maxSplits: 1)
                fields.append((parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""))
            }
            return fields
        }
        status = Int(try line().split(separator: " ")[1]) ?? 0
        head = try fields()
        if self["transfer-encoding"] == "chunked" {
            while let text = try? line(), let count = Int(text, radix: 16) {
                guard count > 0 else {
                    trailers = (try? fields()) ?? []
                    isComplete = true
                    break
                }
                guard rest.count >= count + 2 else {
                    body += rest
                    return
                }
                body += rest.prefix(count)
                rest = rest.dropFirst(count + 2)
            }
        } else {
            let count = self["content-length"].flatMap { Int($0) } ?? 0
            body = Array(rest.prefix(count))
            isComplete = body.count == count
            rest = rest.dropFirst(count)
        }
        excess = rest.count
    }

    /// The body without its content coding.
    func decoded() throws -> [UInt8] {
        guard let name = self["content-encoding"], let coding = ContentCoding(name) else { return body }
        return try Codecs.decode(body, coding)
    }
}
