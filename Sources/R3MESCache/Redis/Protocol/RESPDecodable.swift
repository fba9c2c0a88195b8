// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// A type that answers of the server can be turned into.
///
/// Bytes, texts, numbers, booleans, and optionals, lists and dictionaries of them conform. A number may come as text, as
/// scripts and RESP2 have it.
public protocol RESPDecodable: Sendable {
    /// Makes a value of an answer.
    ///
    /// - Throws: ``CacheError`` with ``CacheError/Code/unexpectedReply`` if the answer is of another kind.
    init(resp value: RESPValue) throws(CacheError)
}

extension RESPValue: RESPDecodable {
    /// The answer as it is.
    public init(resp value: RESPValue) {
        self = value
    }
}

extension ByteBuffer: RESPDecodable {
    /// The bytes of a text; numbers and booleans as the server would write them in RESP2.
    public init(resp value: RESPValue) throws(CacheError) {
        switch value {
        case .integer(let number): self = ByteBuffer(string: String(number))
        case .double(let number): self = ByteBuffer(string: String(number))
        case .boolean(let flag): self = ByteBuffer(string: flag ? "1" : "0")
        default:
            guard let bytes = value.bytes else { throw .unexpected(value, for: "bytes") }
            self = bytes
        }
    }
}

extension String: RESPDecodable {
    /// The text, with what is no UTF-8 repaired.
    public init(resp value: RESPValue) throws(CacheError) {
        self.init(buffer: try ByteBuffer(resp: value))
    }
}

extension Array: RESPDecodable where Element: RESPDecodable {
    /// The elements of a list or a set; of a map its keys and values in turn.
    public init(resp value: RESPValue) throws(CacheError) {
        guard let elements = value.elements else { throw .unexpected(value, for: "a list") }
        self = []
        reserveCapacity(elements.count)
        for element in elements {
            append(try Element(resp: element))
        }
    }
}

extension Set: RESPDecodable where Element: RESPDecodable {
    /// The members of a set or a list.
    public init(resp value: RESPValue) throws(CacheError) {
        self.init(try [Element](resp: value))
    }
}

extension Dictionary: RESPDecodable where Key: RESPDecodable, Value: RESPDecodable {
    /// The entries of a map, or of RESP2's flat list; of equal keys the last counts.
    public init(resp value: RESPValue) throws(CacheError) {
        guard let entries = value.entries else { throw .unexpected(value, for: "a map") }
        self.init(minimumCapacity: entries.count)
        for entry in entries {
            self[try Key(resp: entry.key)] = try Value(resp: entry.value)
        }
    }
}

extension Optional: RESPDecodable where Wrapped: RESPDecodable {
    /// Nil for null.
    public init(resp value: RESPValue) throws(CacheError) {
        if case .null = value {
            self = nil
        } else {
            self = try Wrapped(resp: value)
        }
    }
}
