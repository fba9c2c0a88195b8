// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Values as the text that PostgreSQL reads them from, the same as in a quoted literal.
///
/// Text and not the binary format, because a parameter then takes the type that the statement gives it: the same number
/// serves a `smallint`, a `numeric` or a `double precision`. Bytes are the exception, for which text is twice as long.
enum ParameterText {
    /// Appends the text of a value that is neither null nor bytes.
    static func append(_ value: SQLValue, to buffer: inout [UInt8]) {
        switch value {
        case .null:
            buffer.append(contentsOf: "NULL".utf8)
        case .bool(let bool):
            buffer.append(UInt8(ascii: bool ? "t" : "f"))
        case .integer(let number):
            append(number, to: &buffer)
        case .double(let double):
            // Shortest text that reads back as the same number; `inf` and `nan` are understood.
            buffer.append(contentsOf: double.description.utf8)
        case .decimal(let decimal):
            buffer.append(contentsOf: decimal.text.utf8)
        case .text(let text):
            buffer.append(contentsOf: text.utf8)
        case .bytes(let bytes):
            append(hexadecimal: bytes, to: &buffer)
        case .uuid(let uuid):
            buffer.append(contentsOf: uuid.uuidString.utf8)
        case .timestamp(let timestamp):
            buffer.append(contentsOf: timestamp.description.utf8)
        case .json(let json):
            buffer.append(contentsOf: json.utf8)
        case .array(let values):
            append(array: values, to: &buffer)
        }
    }

    private static func append(_ number: Int64, to buffer: inout [UInt8]) {
        if number < 0 {
            buffer.append(UInt8(ascii: "-"))
        }
        let start = buffer.count
        var rest = number.magnitude
        repeat {
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        buffer[start...].reverse()
    }

    private static func append(hexadecimal bytes: [UInt8], to buffer: inout [UInt8]) {
        func digit(_ nibble: UInt8) -> UInt8 {
            nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") - 10 + nibble
        }
        buffer.append(contentsOf: "\\x".utf8)
        for byte in bytes {
            buffer.append(digit(byte >> 4))
            buffer.append(digit(byte & 15))
        }
    }

    /// `{"a",NULL,"c"}`: every element quoted, so that no text is taken for a null or a brace.
    private static func append(array values: [SQLValue], to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "{"))
        for (index, value) in values.enumerated() {
            if index > 0 {
                buffer.append(UInt8(ascii: ","))
            }
            switch value {
            case .null, .array:
                append(value, to: &buffer)
            default:
                let start = buffer.count
                append(value, to: &buffer)
                quote(from: start, in: &buffer)
            }
        }
        buffer.append(UInt8(ascii: "}"))
    }

    private static func quote(from start: Int, in buffer: inout [UInt8]) {
        let quotationMark = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        if buffer[start...].contains(where: { $0 == quotationMark || $0 == backslash }) {
            let escaped = buffer[start...].flatMap { byte in
                byte == quotationMark || byte == backslash ? [backslash, byte] : [byte]
            }
            buffer.replaceSubrange(start..., with: escaped)
        }
        buffer.insert(quotationMark, at: start)
        buffer.append(quotationMark)
    }
}
