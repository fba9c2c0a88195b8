// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// Writes JSON (RFC 8259) straight into a buffer, members in the order given.
///
/// There are no intermediate objects and no reflection; the caller's order is the order on the wire, so that answers are
/// the same every time.
package struct JSONText {
    /// What has been written so far.
    package private(set) var buffer: ByteBuffer
    private var needsComma = false

    /// What has been written so far, as a string.
    package var text: String { String(buffer: buffer) }

    /// An empty text.
    package init(capacity: Int = 256) {
        buffer = ByteBufferAllocator().buffer(capacity: capacity)
    }

    /// Writes `{`, the members that the closure writes, and `}`.
    package mutating func object(_ members: (inout JSONText) -> Void) {
        enclosed(by: "{", "}", members)
    }

    /// Writes `[`, an element for each item, and `]`.
    package mutating func array<Items: Sequence>(_ items: Items, _ element: (inout JSONText, Items.Element) -> Void) {
        enclosed(by: "[", "]") { json in
            for item in items {
                element(&json, item)
            }
        }
    }

    /// Writes a member whose name comes from outside and may need escapes.
    package mutating func member(named name: String, _ value: (inout JSONText) -> Void) {
        string(name)
        buffer.writeInteger(UInt8(ascii: ":"))
        needsComma = false
        value(&self)
        needsComma = true
    }

    /// Writes a member of an object, whose value the closure writes.
    package mutating func member(_ name: StaticString, _ value: (inout JSONText) -> Void) {
        separate()
        buffer.writeInteger(UInt8(ascii: "\""))
        buffer.writeStaticString(name)
        buffer.writeStaticString("\":")
        needsComma = false
        value(&self)
        needsComma = true
    }

    /// Writes a string member, or `null`.
    package mutating func member(_ name: StaticString, _ text: String?) {
        member(name) { json in
            if let text { json.string(text) } else { json.null() }
        }
    }

    /// Writes a member whose value reads the same with and without quotes around it, as addresses, amounts and times do:
    /// nothing in it needs an escape.
    package mutating func member(_ name: StaticString, plain value: (some CustomStringConvertible)?) {
        member(name) { json in
            guard let value else { return json.null() }
            json.buffer.writeInteger(UInt8(ascii: "\""))
            json.buffer.writeString(value.description)
            json.buffer.writeInteger(UInt8(ascii: "\""))
        }
    }

    /// Writes an integer member.
    package mutating func member(_ name: StaticString, _ number: some FixedWidthInteger) {
        member(name) { $0.raw(String(number)) }
    }

    /// Writes a `true` or `false` member.
    package mutating func member(_ name: StaticString, _ value: Bool) {
        member(name) { $0.raw(value ? "true" : "false") }
    }

    /// Writes `null`.
    package mutating func null() {
        raw("null")
    }

    /// Writes text that is a JSON value already.
    package mutating func raw(_ json: String) {
        separate()
        buffer.writeString(json)
        needsComma = true
    }

    /// Writes a string with whatever escapes it needs.
    package mutating func string(_ text: String) {
        separate()
        needsComma = true
        buffer.writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                buffer.writeBytes(bytes[start..<index])
                writeEscape(of: byte)
                start = index + 1
            }
            buffer.writeBytes(bytes[start...])
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
            buffer.writeStaticString("\\u00")
            buffer.writeString(byte < 0x10 ? "0" : "")
            buffer.writeString(String(byte, radix: 16))
        }
    }

    private mutating func enclosed(by open: StaticString, _ close: StaticString, _ body: (inout JSONText) -> Void) {
        separate()
        buffer.writeStaticString(open)
        needsComma = false
        body(&self)
        buffer.writeStaticString(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma {
            buffer.writeInteger(UInt8(ascii: ","))
        }
    }
}

extension JSONText {
    /// Writes the elements of a string array.
    package mutating func strings(_ texts: some Sequence<String>) {
        array(texts) { json, text in json.string(text) }
    }
}
