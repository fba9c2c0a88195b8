// SPDX-License-Identifier: Apache-2.0

/// The value of one column at the place where a page ends.
public enum CursorValue: Hashable, Sendable {
    /// No value.
    case null
    /// An integer; also a time, in whatever unit the column has.
    case integer(Int64)
    /// A floating-point number; its bits are kept.
    case double(Double)
    /// Text.
    case text(String)
    /// Bytes.
    case bytes([UInt8])
    /// True or false.
    case bool(Bool)
}

extension CursorValue {
    /// The most values that a position has.
    static let maximumCount = 16

    /// The values in bytes: for each one a kind, and what it needs; lengths in two bytes, numbers big-endian.
    static func encode(_ values: [CursorValue]) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ number: UInt64, _ count: Int) {
            for index in 0..<count {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - index))))
            }
        }
        for value in values {
            switch value {
            case .null: bytes.append(0)
            case .bool(let value): bytes.append(value ? 2 : 1)
            case .integer(let number):
                bytes.append(3)
                append(UInt64(bitPattern: number), 8)
            case .double(let number):
                bytes.append(4)
                append(number.bitPattern, 8)
            case .text(let text):
                bytes.append(5)
                append(UInt64(text.utf8.count), 2)
                bytes += Array(text.utf8)
            case .bytes(let data):
                bytes.append(6)
                append(UInt64(data.count), 2)
                bytes += data
            }
        }
        return bytes
    }

    /// The values of bytes; nil if they are not what ``encode(_:)`` makes.
    static func decode(_ bytes: some Collection<UInt8>) -> [CursorValue]? {
        var rest = Array(bytes)[...]
        var values: [CursorValue] = []
        func number(_ count: Int) -> UInt64? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
        }
        func data() -> ArraySlice<UInt8>? {
            guard let count = number(2).map(Int.init), rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        while let kind = rest.popFirst() {
            guard values.count < maximumCount else { return nil }
            switch kind {
            case 0: values.append(.null)
            case 1, 2: values.append(.bool(kind == 2))
            case 3:
                guard let bits = number(8) else { return nil }
                values.append(.integer(Int64(bitPattern: bits)))
            case 4:
                guard let bits = number(8) else { return nil }
                values.append(.double(Double(bitPattern: bits)))
            case 5:
                guard let utf8 = data(), let text = String(validating: utf8, as: UTF8.self) else { return nil }
                values.append(.text(text))
            case 6:
                guard let data = data() else { return nil }
                values.append(.bytes(Array(data)))
            default: return nil
            }
        }
        return values
    }
}
