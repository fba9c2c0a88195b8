// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A type that can be decoded from a cell of a result.
///
/// A type of one's own decodes a simpler one and builds on it:
///
/// ```swift
/// extension WalletAddress: SQLDecodable {
///     init(sqlCell cell: SQLCell) throws(DatabaseError) {
///         guard let address = WalletAddress(try cell.text()) else { throw cell.mismatch("a wallet address") }
///         self = address
///     }
/// }
/// ```
public protocol SQLDecodable {
    /// Decodes the cell.
    ///
    /// - Throws: ``DatabaseError/Code/typeMismatch``, best made by ``SQLCell/mismatch(_:file:line:)``.
    init(sqlCell cell: SQLCell) throws(DatabaseError)
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    /// Nil of a null.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = cell.isNull ? nil : try Wrapped(sqlCell: cell)
    }
}

extension Array: SQLDecodable where Element: SQLArrayElement {
    /// An array of one dimension or, of `UInt8`, bytes.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = try Element.array(in: cell)
    }
}

extension SQLDecodable where Self: RawRepresentable, RawValue: SQLDecodable {
    /// The case with the cell's raw value.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        guard let value = Self(rawValue: try RawValue(sqlCell: cell)) else {
            throw cell.mismatch("one of the values of \(Self.self)")
        }
        self = value
    }
}

extension String: SQLDecodable {
    /// Text, a name, an enumeration's label or a JSON document.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = try cell.text()
    }
}

extension Bool: SQLDecodable {
    /// A truth value.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = try cell.bool()
    }
}

extension Double: SQLDecodable {
    /// A number, rounded to the nearest double if it must be.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = try cell.double()
    }
}

extension Float: SQLDecodable {
    /// A number, rounded to the nearest float if it must be.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = Float(try cell.double())
    }
}

extension UUID: SQLDecodable {
    /// An identifier.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = try cell.uuid()
    }
}

extension SQLDecimal: SQLDecodable {
    /// A whole or decimal number, exactly.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = try cell.decimal()
    }
}

extension SQLTimestamp: SQLDecodable {
    /// A moment, or the start of a date in UTC.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = try cell.timestamp()
    }
}

extension SQLJSON: SQLDecodable {
    /// A JSON document.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self = try cell.json()
    }
}
