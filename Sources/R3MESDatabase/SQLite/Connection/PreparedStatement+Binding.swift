// SPDX-License-Identifier: Apache-2.0

import GRDBSQLite

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PreparedStatement {
    /// SQLite makes a copy of its own.
    private static let transient = unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)

    /// Binds a value as ``SQLiteCell`` lists them.
    ///
    /// - Throws: ``DatabaseError/Code/invalidParameter`` for what PostgreSQL refuses as well, or SQLite cannot keep.
    func bind(_ value: SQLValue, at index: CInt) throws(DatabaseError) {
        let code =
            switch value {
            case .null: sqlite3_bind_null(pointer, index)
            case .bool(let bool): sqlite3_bind_int64(pointer, index, bool ? 1 : 0)
            case .integer(let integer): sqlite3_bind_int64(pointer, index, integer)
            case .double(let double): try bind(double, at: index)
            case .timestamp(let timestamp): sqlite3_bind_int64(pointer, index, timestamp.microseconds)
            case .bytes(let bytes): bind(bytes, at: index)
            case .text(let text): try bind(text, at: index)
            case .decimal(let decimal): try bind(decimal.text, at: index)
            case .uuid(let uuid): try bind(uuid.uuidString.lowercased(), at: index)
            case .json(let json): try bind(json.description, at: index)
            case .array(let elements): try bind(Self.json(elements), at: index)
            }
        guard code == SQLITE_OK else {
            throw DatabaseError(sqlite: code, message: String(cString: sqlite3_errstr(code)))
        }
    }

    private func bind(_ double: Double, at index: CInt) throws(DatabaseError) -> CInt {
        guard !double.isNaN else {
            throw DatabaseError(.invalidParameter, "SQLite cannot keep a floating-point number that is not a number")
        }
        return sqlite3_bind_double(pointer, index, double)
    }

    private func bind(_ bytes: [UInt8], at index: CInt) -> CInt {
        guard !bytes.isEmpty else {
            // Without an address it would become a null.
            return sqlite3_bind_zeroblob(pointer, index, 0)
        }
        return bytes.withUnsafeBytes { bytes in
            sqlite3_bind_blob64(pointer, index, bytes.baseAddress, UInt64(bytes.count), Self.transient)
        }
    }

    private func bind(_ text: String, at index: CInt) throws(DatabaseError) -> CInt {
        guard !text.utf8.contains(0) else {
            throw DatabaseError(.invalidParameter, "a text contains NUL")
        }
        var text = text
        return text.withUTF8 { utf8 in
            // An empty text may have no address, and would become a null.
            guard let start = utf8.baseAddress else {
                return sqlite3_bind_text(pointer, index, "", 0, Self.transient)
            }
            return start.withMemoryRebound(to: CChar.self, capacity: utf8.count) { start in
                sqlite3_bind_text64(pointer, index, start, UInt64(utf8.count), Self.transient, UInt8(SQLITE_UTF8))
            }
        }
    }

    /// A JSON array of the elements.
    private static func json(_ elements: [SQLValue]) throws(DatabaseError) -> String {
        var json = "["
        for (index, element) in elements.enumerated() {
            if index > 0 {
                json += ","
            }
            switch element {
            case .null: json += "null"
            case .bool(let bool): json += bool ? "true" : "false"
            case .integer(let integer): json += String(integer)
            case .double(let double):
                guard double.isFinite else {
                    throw DatabaseError(.invalidParameter, "SQLite cannot keep an array of numbers that are not finite")
                }
                json += String(double)
            case .timestamp(let timestamp): json += String(timestamp.microseconds)
            case .text(let text): append(text, to: &json)
            case .decimal(let decimal): append(decimal.text, to: &json)
            case .uuid(let uuid): append(uuid.uuidString.lowercased(), to: &json)
            case .json(let document): append(document.description, to: &json)
            case .bytes, .array:
                throw DatabaseError(.invalidParameter, "SQLite cannot keep an array of bytes or of arrays")
            }
        }
        return json + "]"
    }

    /// A JSON string (RFC 8259, 7).
    private static func append(_ text: String, to json: inout String) {
        json += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        json += "\""
    }
}
