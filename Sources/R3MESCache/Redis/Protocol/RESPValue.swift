// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// One answer of a Redis server, in the types of RESP3; those of RESP2 are a part of them.
///
/// Bytes are a `ByteBuffer` of their own or, where they are a large part of what was read at once, a slice of that: a value
/// that is kept holds at most four times its size. Source: the Redis serialization protocol specification.
public enum RESPValue: Hashable, Sendable {
    /// No value: RESP3's null, RESP2's null string and null array.
    case null
    /// A short status text such as `OK`.
    case simpleString(ByteBuffer)
    /// A refusal by the server; as an answer to a command it is thrown, within an aggregate it is a value.
    case error(RESPError)
    /// A whole number.
    case integer(Int64)
    /// Bytes.
    case bulkString(ByteBuffer)
    /// A floating-point number.
    case double(Double)
    /// True or false.
    case boolean(Bool)
    /// A whole number of any length, as decimal digits with an optional sign.
    case bigNumber(ByteBuffer)
    /// Text together with its format, three characters such as `txt` or `mkd`.
    case verbatimString(format: String, ByteBuffer)
    /// A list.
    case array([RESPValue])
    /// Keys and values, in the server's order.
    case map([RESPMapEntry])
    /// Members, in the server's order.
    case set([RESPValue])
    /// What the server sends without being asked.
    case push([RESPValue])
}

/// A key of a ``RESPValue/map(_:)`` with its value.
public struct RESPMapEntry: Hashable, Sendable {
    /// The key.
    public var key: RESPValue
    /// The value.
    public var value: RESPValue

    /// Puts a key and a value together.
    public init(key: RESPValue, value: RESPValue) {
        self.key = key
        self.value = value
    }
}

extension RESPValue {
    /// The bytes of a value that is a text or a big number; nil for any other.
    public var bytes: ByteBuffer? {
        switch self {
        case .simpleString(let bytes), .bulkString(let bytes), .bigNumber(let bytes), .verbatimString(_, let bytes):
            bytes
        case .null, .error, .integer, .double, .boolean, .array, .map, .set, .push:
            nil
        }
    }

    /// The elements of a list, a set or a push message, and of a map its keys and values in turn; nil for any other.
    public var elements: [RESPValue]? {
        switch self {
        case .array(let elements), .set(let elements), .push(let elements): elements
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        default: nil
        }
    }

    /// The entries of a map, or of the flat list that RESP2 has in its place; nil for anything else.
    public var entries: [RESPMapEntry]? {
        switch self {
        case .map(let entries):
            entries
        case .array(let elements) where elements.count.isMultiple(of: 2):
            stride(from: 0, to: elements.count, by: 2).map {
                RESPMapEntry(key: elements[$0], value: elements[$0 + 1])
            }
        default:
            nil
        }
    }

    /// Whether this is the status `OK`.
    var isOK: Bool {
        if case .simpleString(let status) = self { status.readableBytesView.elementsEqual("OK".utf8) } else { false }
    }
}
