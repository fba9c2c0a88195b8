// SPDX-License-Identifier: Apache-2.0

/// Any JSON value (RFC 8259).
public enum JSONValue: Hashable, Sendable {
    /// The literal `null`.
    case null
    /// The literal `true` or `false`.
    case bool(Bool)
    /// A whole number of 64 bits, exact.
    case integer(Int64)
    /// A number with a fraction.
    case number(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members by name.
    case object([String: JSONValue])
}

extension JSONValue {
    /// A number as an ``integer(_:)`` if it is whole, else as a ``number(_:)``.
    ///
    /// Gives nil if it is not finite, and beyond 2^53, where every number is whole because it may have been rounded.
    init?(exactly number: Double) {
        guard number.magnitude <= 0x1p53 else { return nil }
        self = Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
    }

    /// The value after a JSON merge patch (RFC 7396): members of the patch replace, `null` removes, objects go deeper.
    public func merging(patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members: [String: JSONValue] = [:]
        if case .object(let current) = self { members = current }
        for (name, change) in changes {
            members[name] = change == .null ? nil : (members[name] ?? .null).merging(patch: change)
        }
        return .object(members)
    }
}

extension JSONValue: Codable {
    /// How deeply a value may be nested, counted from the root of the whole document, before decoding stops.
    static let maximumCodingDepth = 32

    /// Reads any value.
    ///
    /// A number without a fraction becomes an ``integer(_:)``, however it was written. It is as exact as the decoder: that of
    /// Foundation rounds some numbers between 2^53 and 2^63 that are written with a fraction, which ``init(json:)`` refuses.
    ///
    /// - Throws: `DecodingError.dataCorrupted` for a whole number beyond 64 bits, which could only be kept rounded, and for
    ///   nesting so deep that it can only be meant as an attack.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard decoder.codingPath.count <= Self.maximumCodingDepth else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "The value is nested too deeply.")
        }
        if container.decodeNil() {
            self = .null
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            guard let value = JSONValue(exactly: number) else {
                let reason = "A whole number lies beyond 64 bits; send it as a string."
                throw DecodingError.dataCorruptedError(in: container, debugDescription: reason)
            }
            self = value
        } else if (try? decoder.unkeyedContainer()) != nil {
            self = .array(try container.decode([JSONValue].self))
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .string(let string): try container.encode(string)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}
