// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension JSONWriter {
    /// Writes a string with whatever escapes it needs.
    ///
    /// Control characters, `"` and `\` are escaped, and nothing else: all other characters stand for themselves in UTF-8.
    public mutating func string(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { bytes in
            if JSONEscapes.firstIndex(in: bytes, from: 0) == bytes.count {
                writeUnescaped(bytes)
            } else {
                writeEscaped(bytes)
            }
        }
    }

    /// Writes bytes between quotes, as they are.
    mutating func writeUnescaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        write(atMost: bytes.count + 2) { output in
            output[0] = UInt8(ascii: "\"")
            if let start = bytes.baseAddress {
                (output + 1).update(from: start, count: bytes.count)
            }
            output[bytes.count + 1] = UInt8(ascii: "\"")
            return bytes.count + 2
        }
    }

    private mutating func writeEscaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        buffer.writeInteger(UInt8(ascii: "\""))
        var start = 0
        while start < bytes.count {
            let end = JSONEscapes.firstIndex(in: bytes, from: start)
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<end]))
            if end < bytes.count {
                writeEscape(of: bytes[end])
            }
            start = end + 1
        }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(of byte: UInt8) {
        switch byte {
        case 0x22: buffer.writeStaticString("\\\"")
        case 0x5C: buffer.writeStaticString("\\\\")
        case 0x0A: buffer.writeStaticString("\\n")
        case 0x0D: buffer.writeStaticString("\\r")
        case 0x09: buffer.writeStaticString("\\t")
        default:
            buffer.writeStaticString(byte < 0x10 ? "\\u000" : "\\u001")
            let digit = byte & 0xF
            buffer.writeInteger(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

/// Finds the bytes that JSON strings must not hold as they are.
enum JSONEscapes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The index of the first control character, quote or backslash at or after an index; the count if there is none.
    ///
    /// Looks at eight bytes at a time. Each of the three tests sets the high bit of a byte that it finds, and perhaps, by a
    /// borrow, of bytes above it (Warren, "Hacker's Delight", 6-1): the lowest bit set is always right.
    static func firstIndex(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var index = start
        while index + 8 <= bytes.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5C)
            let found =
                ((word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes)
                & highBits
            if found != 0 {
                return index + found.trailingZeroBitCount / 8
            }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { return index }
            index += 1
        }
        return bytes.count
    }
}
