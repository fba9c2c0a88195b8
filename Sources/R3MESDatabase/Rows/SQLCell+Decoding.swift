// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The plain types that all others are decoded from. Each throws ``DatabaseError/Code/typeMismatch`` for a null, and
/// for a value that is not of its kind.
extension SQLCell {
    /// Text, a name, an enumeration's label or a JSON document.
    public func text() throws(DatabaseError) -> String {
        try decode("text") {
            $0.text()
        } _: { value in
            switch value {
            case .text(let text): text
            case .json(let json): String(validating: json.utf8, as: UTF8.self)
            default: nil
            }
        }
    }

    /// A truth value.
    public func bool() throws(DatabaseError) -> Bool {
        try decode("boolean") {
            $0.bool()
        } _: { value in
            if case .bool(let bool) = value { bool } else { nil }
        }
    }

    /// A whole number, or a decimal without a fraction that fits.
    public func integer() throws(DatabaseError) -> Int64 {
        try decode("a whole number of 64 bits") {
            $0.integer()
        } _: { value in
            switch value {
            case .integer(let number): number
            case .decimal(let decimal): decimal.integer
            default: nil
            }
        }
    }

    /// A number, rounded to the nearest double if it must be.
    public func double() throws(DatabaseError) -> Double {
        try decode("a number") {
            $0.double()
        } _: { value in
            switch value {
            case .double(let double): double
            case .integer(let number): Double(number)
            case .decimal(let decimal): decimal.double
            default: nil
            }
        }
    }

    /// A whole or decimal number, exactly.
    public func decimal() throws(DatabaseError) -> SQLDecimal {
        try decode("a whole or decimal number") {
            $0.decimal()
        } _: { value in
            switch value {
            case .decimal(let decimal): decimal
            case .integer(let number): SQLDecimal(number)
            default: nil
            }
        }
    }

    /// Bytes.
    ///
    /// Of a type that this library does not know, the server's binary format.
    public func bytes() throws(DatabaseError) -> [UInt8] {
        try decode("bytes") {
            $0.bytes()
        } _: { value in
            if case .bytes(let bytes) = value { bytes } else { nil }
        }
    }

    /// An identifier.
    public func uuid() throws(DatabaseError) -> UUID {
        try decode("uuid") {
            $0.uuid()
        } _: { value in
            if case .uuid(let uuid) = value { uuid } else { nil }
        }
    }

    /// A moment, or the start of a date in UTC.
    ///
    /// A timestamp without time zone is taken for UTC.
    public func timestamp() throws(DatabaseError) -> SQLTimestamp {
        try decode("a timestamp") {
            $0.timestamp()
        } _: { value in
            if case .timestamp(let timestamp) = value { timestamp } else { nil }
        }
    }

    /// A JSON document.
    public func json() throws(DatabaseError) -> SQLJSON {
        try decode("json") {
            $0.json()
        } _: { value in
            switch value {
            case .json(let json): json
            case .text(let text): SQLJSON(text)
            default: nil
            }
        }
    }

    /// The UTF-8 of text or of a JSON document, without a copy; unchecked, and gone when the closure returns.
    public func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) throws(DatabaseError) -> Result {
        try decode("text") {
            $0.utf8.map(body)
        } _: { value in
            switch value {
            case .text(var text): text.withUTF8(body)
            case .json(let json): json.utf8.withUnsafeBufferPointer(body)
            default: nil
            }
        }
    }
}
