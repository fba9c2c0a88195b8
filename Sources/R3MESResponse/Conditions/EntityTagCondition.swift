// SPDX-License-Identifier: Apache-2.0

/// The value of `If-Match` or `If-None-Match`: `*`, or a list of tags.
public struct EntityTagCondition: Hashable, Sendable {
    /// Whether the value is `*`, which any representation matches.
    public let isAny: Bool
    /// The tags that could be read, up to where the value stops being a list of tags.
    public let tags: [EntityTag]

    /// The most tags that are read; nobody has use for more.
    static let maximumCount = 256

    /// Reads the value, several lines joined by commas.
    public init(_ field: String) {
        isAny = field.trimmingOptionalWhitespace == "*"
        tags = isAny ? [] : Self.read(Array(field.utf8))
    }

    /// Whether a representation with this tag is one of them, its bytes the same (`If-Match`); nil if there is none.
    public func matchesStrongly(_ tag: EntityTag?) -> Bool {
        guard let tag else { return false }
        return isAny || tags.contains { $0.matchesStrongly(tag) }
    }

    /// Whether a representation with this tag is one of them, its meaning the same (`If-None-Match`); nil if there is none.
    public func matchesWeakly(_ tag: EntityTag?) -> Bool {
        guard let tag else { return false }
        return isAny || tags.contains { $0.matchesWeakly(tag) }
    }

    // A comma may stand within quotes, so that splitting would not do.
    private static func read(_ bytes: [UInt8]) -> [EntityTag] {
        var tags: [EntityTag] = []
        var index = 0
        while tags.count < maximumCount {
            while index < bytes.count, [0x20, 0x09, UInt8(ascii: ",")].contains(bytes[index]) { index += 1 }
            guard index < bytes.count else { break }
            let isWeak = bytes[index...].starts(with: "W/".utf8)
            if isWeak { index += 2 }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { break }
            let start = index + 1
            var end = start
            while end < bytes.count, EntityTag.isAllowed(bytes[end]) { end += 1 }
            guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { break }
            tags.append(EntityTag(unchecked: String(decoding: bytes[start..<end], as: UTF8.self), isWeak: isWeak))
            index = end + 1
            while index < bytes.count, [0x20, 0x09].contains(bytes[index]) { index += 1 }
            guard index == bytes.count || bytes[index] == UInt8(ascii: ",") else { break }
        }
        return tags
    }
}
