// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A value that is not null, in one of SQLite's storage classes.
///
/// SQLite knows fewer types than PostgreSQL. What a value is, is decided by what it is decoded as; this table is how
/// parameters are stored:
///
/// | parameter | storage class |
/// | --- | --- |
/// | bool | integer, 0 or 1 |
/// | decimal | text, its digits |
/// | UUID | text, 36 characters in small letters |
/// | timestamp | integer, microseconds since 1970 UTC |
/// | JSON | text |
/// | array | text, a JSON array of the elements as they would be stored |
struct SQLiteCell: Sendable {
    let table: SQLiteTable
    let cell: SQLiteTable.Cell

    /// The storage class.
    var kind: String {
        switch cell {
        case .null: "null"
        case .integer: "integer"
        case .real: "real"
        case .text: "text"
        case .blob: "blob"
        }
    }
}

// Each of these is nil if the value is none of its kind.
extension SQLiteCell {
    func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        guard case .text(let offset, let count) = cell else { return nil }
        return table.withContents(offset, count, body)
    }

    func text() -> String? {
        withUTF8 { String(validating: $0, as: UTF8.self) } ?? nil
    }

    func bool() -> Bool? {
        switch cell {
        case .integer(0): false
        case .integer(1): true
        default: nil
        }
    }

    func integer() -> Int64? {
        if case .integer(let integer) = cell { integer } else { nil }
    }

    func double() -> Double? {
        switch cell {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        case .text: decimal()?.double
        default: nil
        }
    }

    func decimal() -> SQLDecimal? {
        switch cell {
        case .integer(let integer): SQLDecimal(integer)
        case .text: text().flatMap { SQLDecimal($0) }
        default: nil
        }
    }

    func bytes() -> [UInt8]? {
        guard case .blob(let offset, let count) = cell else { return nil }
        return table.withContents(offset, count) { Array($0) }
    }

    func uuid() -> UUID? {
        switch cell {
        case .text: text().flatMap { UUID(uuidString: $0) }
        case .blob(let offset, count: 16):
            table.withContents(offset, 16) { UUID(uuid: UnsafeRawBufferPointer($0).loadUnaligned(as: uuid_t.self)) }
        default: nil
        }
    }

    func timestamp() -> SQLTimestamp? {
        integer().map { SQLTimestamp(microseconds: $0) }
    }

    func json() -> SQLJSON? {
        withUTF8 { SQLJSON(utf8: Array($0)) }
    }

    /// The elements of an array, as the one row of a table; nil if the text is no JSON array of plain values.
    func elements() -> SQLiteTable? {
        guard let json = json(), let scalars = try? json.decode([JSONScalar].self) else {
            return nil
        }
        var builder = SQLiteTableBuilder()
        for scalar in scalars {
            switch scalar {
            case .null: builder.appendNull()
            case .integer(let integer): builder.append(integer)
            case .real(let real): builder.append(real)
            case .text(var text):
                guard (try? text.withUTF8 { utf8 in try builder.append(text: utf8) }) != nil else { return nil }
            }
        }
        builder.endRow()
        return builder.finish(columns: scalars.map { _ in "" })
    }
}

/// An element of a JSON array that is an SQL array.
private enum JSONScalar: Decodable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {
            self = .integer(bool ? 1 : 0)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let real = try? container.decode(Double.self) {
            self = .real(real)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}
