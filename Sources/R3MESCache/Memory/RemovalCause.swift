// SPDX-License-Identifier: Apache-2.0

/// Why an entry left a cache; more causes may be added in later versions.
public struct RemovalCause: Hashable, Sendable, CustomStringConvertible {
    @usableFromInline
    enum Kind: String, CaseIterable, Sendable {
        case replaced, removed, expired, evicted
    }

    @usableFromInline let kind: Kind

    @usableFromInline
    init(_ kind: Kind) {
        self.kind = kind
    }

    /// Another value took its place under the same key.
    public static let replaced = Self(.replaced)
    /// It was removed or invalidated by key, tag or pattern, or with all others.
    public static let removed = Self(.removed)
    /// Its time was over.
    public static let expired = Self(.expired)
    /// There was no room for it.
    public static let evicted = Self(.evicted)

    /// The name of the cause.
    public var description: String { kind.rawValue }
}
