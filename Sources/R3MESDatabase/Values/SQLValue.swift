// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A value as a database knows it.
public enum SQLValue: Hashable, Sendable {
    /// No value.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A floating-point number.
    case double(Double)
    /// An exact decimal number.
    case decimal(SQLDecimal)
    /// Text; PostgreSQL refuses text that contains NUL.
    case text(String)
    /// Bytes.
    case bytes([UInt8])
    /// A universally unique identifier.
    case uuid(UUID)
    /// A moment, to the microsecond.
    case timestamp(SQLTimestamp)
    /// A JSON document.
    case json(SQLJSON)
    /// Several values of one kind, nulls among them.
    case array([SQLValue])
}

extension SQLValue {
    /// What the kind of value is called in messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "bigint"
        case .double: "double precision"
        case .decimal: "numeric"
        case .text: "text"
        case .bytes: "bytea"
        case .uuid: "uuid"
        case .timestamp: "timestamptz"
        case .json: "jsonb"
        case .array: "array"
        }
    }
}
