// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A type whose values can be parameters of a statement.
public protocol SQLEncodable {
    /// The value for the database.
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLEncodable {
    /// The value itself.
    public var sqlValue: SQLValue { self }
}

extension Optional: SQLEncodable where Wrapped: SQLEncodable {
    /// The wrapped value, or null.
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

extension Array: SQLEncodable where Element: SQLArrayElement {
    /// An array or, of `UInt8`, bytes.
    public var sqlValue: SQLValue { Element.sqlValue(of: self) }
}

extension SQLEncodable where Self: RawRepresentable, RawValue: SQLEncodable {
    /// The raw value.
    public var sqlValue: SQLValue { rawValue.sqlValue }
}

extension String: SQLEncodable {
    /// Text.
    public var sqlValue: SQLValue { .text(self) }
}

extension Substring: SQLEncodable {
    /// Text.
    public var sqlValue: SQLValue { .text(String(self)) }
}

extension Bool: SQLEncodable {
    /// A truth value.
    public var sqlValue: SQLValue { .bool(self) }
}

extension Double: SQLEncodable {
    /// A floating-point number.
    public var sqlValue: SQLValue { .double(self) }
}

extension Float: SQLEncodable {
    /// A floating-point number: the double with the same shortest text, so that 0.1 stays 0.1.
    public var sqlValue: SQLValue { .double(Double(description) ?? Double(self)) }
}

extension UUID: SQLEncodable {
    /// An identifier.
    public var sqlValue: SQLValue { .uuid(self) }
}

extension SQLDecimal: SQLEncodable {
    /// An exact decimal number.
    public var sqlValue: SQLValue { .decimal(self) }
}

extension SQLTimestamp: SQLEncodable {
    /// A moment.
    public var sqlValue: SQLValue { .timestamp(self) }
}

extension SQLJSON: SQLEncodable {
    /// A JSON document.
    public var sqlValue: SQLValue { .json(self) }
}
