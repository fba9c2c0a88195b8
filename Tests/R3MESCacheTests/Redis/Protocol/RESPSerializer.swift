// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport

@testable import R3MESCache

/// Writes values as a server would in RESP3, to be read back.
enum RESPSerializer {
    static func bytes(of value: RESPValue) -> [UInt8] {
        switch value {
        case .null: line("_", "")
        case .simpleString(let bytes): line("+", String(buffer: bytes))
        case .error(let error): blob("!", Array(error.text.utf8))
        case .integer(let number): line(":", "\(number)")
        case .bulkString(let bytes): blob("$", Array(bytes.readableBytesView))
        case .double(let number): line(",", number.isInfinite ? (number < 0 ? "-inf" : "inf") : "\(number)")
        case .boolean(let flag): line("#", flag ? "t" : "f")
        case .bigNumber(let bytes): line("(", String(buffer: bytes))
        case .verbatimString(let format, let bytes):
            blob("=", Array("\(format):".utf8) + Array(bytes.readableBytesView))
        case .array(let elements): line("*", "\(elements.count)") + elements.flatMap(Self.bytes)
        case .set(let elements): line("~", "\(elements.count)") + elements.flatMap(Self.bytes)
        case .push(let elements): line(">", "\(elements.count)") + elements.flatMap(Self.bytes)
        case .map(let entries):
            line("%", "\(entries.count)") + entries.flatMap { Self.bytes(of: $0.key) + Self.bytes(of: $0.value) }
        }
    }

    private static func line(_ type: String, _ text: String) -> [UInt8] { Array("\(type)\(text)\r\n".utf8) }

    private static func blob(_ type: String, _ bytes: [UInt8]) -> [UInt8] {
        line(type, "\(bytes.count)") + bytes + Array("\r\n".utf8)
    }
}

extension RESPValue {
    /// Any value; aggregates hold others down to a depth.
    static func random(depth: Int = 4, using generator: inout SeededGenerator) -> RESPValue {
        func text(_ alphabet: String, _ count: Int) -> ByteBuffer {
            let letters = Array(alphabet)
            return ByteBuffer(string: String((0..<count).compactMap { _ in letters.randomElement(using: &generator) }))
        }
        func elements() -> [RESPValue] {
            (0..<Int.random(in: 0...4, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) }
        }
        switch Int.random(in: 0...(depth > 0 ? 12 : 8), using: &generator) {
        case 0: return .null
        case 1: return .simpleString(text("abc -:$*", Int.random(in: 0...20, using: &generator)))
        case 2: return .error(RESPError(String(buffer: text("ERR abc\r\n", Int.random(in: 0...20, using: &generator)))))
        case 3: return .integer(generator.int64())
        case 4:
            return .bulkString(ByteBuffer(bytes: generator.bytes(count: Int.random(in: 0...200, using: &generator))))
        case 5: return .double(generator.oneIn(8) ? -.infinity : Double.random(in: -1e9...1e9, using: &generator))
        case 6: return .boolean(Bool.random(using: &generator))
        case 7: return .bigNumber(text("0123456789", Int.random(in: 1...60, using: &generator)))
        case 8: return .verbatimString(format: "txt", text("abc\r\n", Int.random(in: 0...20, using: &generator)))
        case 9: return .array(elements())
        case 10: return .set(elements())
        case 11: return .array(elements())
        default: return .map(zip(elements(), elements()).map { RESPMapEntry(key: $0, value: $1) })
        }
    }
}

extension RESPParser {
    /// Feeds all pieces and takes every value that they make.
    mutating func values(of pieces: [[UInt8]]) throws(RESPParseError) -> [RESPValue] {
        var values: [RESPValue] = []
        for piece in pieces {
            append(ByteBuffer(bytes: piece))
            while let value = try next() {
                values.append(value)
            }
        }
        return values
    }
}
