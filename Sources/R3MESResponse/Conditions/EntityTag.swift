// SPDX-License-Identifier: Apache-2.0

/// The validator of a representation (RFC 9110, section 8.8.3).
public struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    /// What stands between the quotes.
    public let value: String
    /// Whether it stands for what the representation means, not for its bytes.
    public let isWeak: Bool

    /// Makes a tag; nil if the value has characters that a tag cannot have: quotes, spaces, controls.
    public init?(value: String, isWeak: Bool = false) {
        guard value.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.init(unchecked: value, isWeak: isWeak)
    }

    /// Reads `"7"` or `W/"7"`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var rest = Substring(text).utf8
        let isWeak = rest.starts(with: "W/".utf8)
        if isWeak { rest = rest.dropFirst(2) }
        let quote = UInt8(ascii: "\"")
        guard rest.count >= 2, rest.first == quote, rest.last == quote else { return nil }
        self.init(value: String(Substring(rest.dropFirst().dropLast())), isWeak: isWeak)
    }

    init(unchecked value: String, isWeak: Bool) {
        self.value = value
        self.isWeak = isWeak
    }

    /// The tag as it stands in a field.
    public var description: String { "\(isWeak ? "W/" : "")\"\(value)\"" }

    /// Whether both are strong and the same: what `If-Match` asks.
    public func matchesStrongly(_ other: EntityTag) -> Bool {
        !isWeak && !other.isWeak && value == other.value
    }

    /// Whether both are the same but for weakness: what `If-None-Match` asks.
    public func matchesWeakly(_ other: EntityTag) -> Bool {
        value == other.value
    }

    static func isAllowed(_ byte: UInt8) -> Bool {
        byte == 0x21 || (0x23...0x7E).contains(byte) || byte >= 0x80
    }
}

extension [EntityTag] {
    /// The tags as a field lists them.
    var fieldValue: String { map(\.description).joined(separator: ", ") }
}
