// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Writes CSV (RFC 4180) straight into a buffer: fields in the order given, rows that end with CRLF.
///
/// A field is quoted when it has a comma, a quote, a line break or a space at its ends; an empty text is quoted too, so that
/// it differs from no value, which is nothing between commas.
public struct CSVWriter: Sendable {
    /// What has been written so far.
    public internal(set) var buffer: ByteBuffer
    /// Whether a text that a spreadsheet would take for a formula, since it begins with `=`, `+`, `-`, `@`, a tab or a
    /// carriage return, gets an apostrophe before it.
    ///
    /// This changes the data: right for people, wrong for programs.
    public var defusesFormulas: Bool
    private var isFirst = true

    /// An empty text.
    public init(capacity: Int = 256, defusesFormulas: Bool = false) {
        self.init(appendingTo: ByteBufferAllocator().buffer(capacity: capacity), defusesFormulas: defusesFormulas)
    }

    init(appendingTo buffer: ByteBuffer, defusesFormulas: Bool) {
        self.buffer = buffer
        self.defusesFormulas = defusesFormulas
    }

    /// Writes a text, or no value.
    public mutating func field(_ text: String?) {
        separate()
        guard var text else { return }
        if defusesFormulas, let first = text.utf8.first, Self.beginsFormula(first) {
            text = "'" + text
        }
        text.withUTF8 { bytes in
            guard Self.needsQuotes(bytes) else {
                buffer.writeBytes(bytes)
                return
            }
            let quote = UInt8(ascii: "\"")
            buffer.writeInteger(quote)
            var start = 0
            while let found = bytes[start...].firstIndex(of: quote) {
                buffer.writeBytes(bytes[start...found])
                buffer.writeInteger(quote)
                start = found + 1
            }
            buffer.writeBytes(bytes[start...])
            buffer.writeInteger(quote)
        }
    }

    /// Writes an integer.
    public mutating func field(_ number: some FixedWidthInteger) {
        separate()
        buffer.writeString(String(number))
    }

    /// Writes `true` or `false`.
    public mutating func field(_ value: Bool) {
        separate()
        buffer.writeStaticString(value ? "true" : "false")
    }

    /// Ends a row.
    public mutating func endRow() {
        buffer.writeStaticString("\r\n")
        isFirst = true
    }

    private mutating func separate() {
        if !isFirst { buffer.writeInteger(UInt8(ascii: ",")) }
        isFirst = false
    }

    private static func beginsFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
        default: false
        }
    }

    private static func needsQuotes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last, first != 0x20, last != 0x20 else { return true }
        return bytes.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D }
    }
}
