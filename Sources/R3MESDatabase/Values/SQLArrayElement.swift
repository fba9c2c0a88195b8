// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A type whose arrays can be parameters and columns.
///
/// It costs a type that is ``SQLEncodable`` and ``SQLDecodable`` nothing but its name. It exists for the sake of
/// `[UInt8]`, which is bytes and not an array of numbers.
public protocol SQLArrayElement {
    /// The value for the database.
    static func sqlValue(of array: [Self]) -> SQLValue
    /// The array in a cell.
    static func array(in cell: SQLCell) throws(DatabaseError) -> [Self]
}

extension SQLArrayElement where Self: SQLEncodable {
    /// An array of the elements' values.
    public static func sqlValue(of array: [Self]) -> SQLValue {
        .array(array.map(\.sqlValue))
    }
}

extension SQLArrayElement where Self: SQLDecodable {
    /// The elements, decoded one by one.
    public static func array(in cell: SQLCell) throws(DatabaseError) -> [Self] {
        try cell.elements { element throws(DatabaseError) in try Self(sqlCell: element) }
    }
}

extension UInt8: SQLArrayElement {
    /// Bytes.
    public static func sqlValue(of array: [UInt8]) -> SQLValue { .bytes(array) }

    /// Bytes.
    public static func array(in cell: SQLCell) throws(DatabaseError) -> [UInt8] { try cell.bytes() }
}

extension Optional: SQLArrayElement where Wrapped: SQLEncodable & SQLDecodable {}
extension String: SQLArrayElement {}
extension Bool: SQLArrayElement {}
extension Int: SQLArrayElement {}
extension Int16: SQLArrayElement {}
extension Int32: SQLArrayElement {}
extension Int64: SQLArrayElement {}
extension Double: SQLArrayElement {}
extension Float: SQLArrayElement {}
extension UUID: SQLArrayElement {}
extension SQLDecimal: SQLArrayElement {}
extension SQLTimestamp: SQLArrayElement {}
extension SQLJSON: SQLArrayElement {}
