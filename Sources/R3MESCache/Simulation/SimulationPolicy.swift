// SPDX-License-Identifier: Apache-2.0

/// A rule by which a cache that is full decides what to keep; more may be added in later versions.
public struct SimulationPolicy: Hashable, Sendable {
    enum Kind: String, CaseIterable {
        case wTinyLFU = "w-tinylfu"
        case lru, lfu, fifo, sieve, optimal
    }

    let kind: Kind

    /// The `MemoryCache` of this library itself, with its default configuration: no model of it.
    public static let wTinyLFU = Self(kind: .wTinyLFU)
    /// Least recently used.
    public static let lru = Self(kind: .lru)
    /// Least frequently used since it came in; of several, the least recently used.
    public static let lfu = Self(kind: .lfu)
    /// First in, first out.
    public static let fifo = Self(kind: .fifo)
    /// SIEVE (Zhang et al., NSDI 2024): a queue with a hand that passes over what was used.
    public static let sieve = Self(kind: .sieve)
    /// The most that any policy can reach (Belady 1966), which takes knowledge of the future.
    public static let optimal = Self(kind: .optimal)

    /// All policies.
    public static let all = Kind.allCases.map(Self.init)

    /// The policy of that name; nil when there is none.
    public init?(name: String) {
        guard let kind = Kind(rawValue: name) else { return nil }
        self.kind = kind
    }

    private init(kind: Kind) {
        self.kind = kind
    }

    /// The name for programs, such as `w-tinylfu`.
    public var name: String { kind.rawValue }

    /// The name for people, such as `W-TinyLFU`.
    public var title: String {
        switch kind {
        case .wTinyLFU: "W-TinyLFU"
        case .lru: "LRU"
        case .lfu: "LFU"
        case .fifo: "FIFO"
        case .sieve: "SIEVE"
        case .optimal: "optimal"
        }
    }
}

extension SimulationPolicy: CustomStringConvertible {
    /// The name for people.
    public var description: String { title }
}
