// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A JSON document as its UTF-8 text.
public struct SQLJSON: Hashable, Sendable {
    /// The document.
    public let utf8: [UInt8]

    /// Makes a document of its text, which the database will check.
    public init(utf8: [UInt8]) {
        self.utf8 = utf8
    }

    /// Makes a document of its text, which the database will check.
    public init(_ text: String) {
        utf8 = Array(text.utf8)
    }

    /// Makes the document that a value encodes to.
    ///
    /// - Throws: ``DatabaseError/Code/invalidParameter``.
    public init(encoding value: some Encodable) throws(DatabaseError) {
        do {
            utf8 = Array(try JSONEncoder().encode(value))
        } catch {
            throw DatabaseError(.invalidParameter, "the value cannot be encoded as JSON", underlying: error)
        }
    }

    /// The document decoded as a value.
    ///
    /// - Throws: ``DatabaseError/Code/typeMismatch``.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(DatabaseError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(utf8))
        } catch {
            throw DatabaseError(.typeMismatch, "the JSON document is not a \(type)", underlying: error)
        }
    }
}

extension SQLJSON: CustomStringConvertible {
    /// The document's text.
    public var description: String { String(decoding: utf8, as: UTF8.self) }
}
