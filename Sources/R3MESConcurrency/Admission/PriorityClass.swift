// SPDX-License-Identifier: Apache-2.0

/// How much a piece of work matters when not all of it can be done.
///
/// A higher class is always served first; within a class it is first-come first-served. Under lasting overload the
/// lower classes therefore wait until their deadline, or are shed: that is their purpose.
public struct PriorityClass: Hashable, Sendable, CaseIterable {
    private enum Level: Int, CaseIterable {
        case low, normal, high, critical
    }

    private let level: Level

    /// Work that nobody waits for, such as refreshing ahead.
    ///
    /// Shed first.
    public static let low = Self(level: .low)
    /// Ordinary work.
    public static let normal = Self(level: .normal)
    /// Work that somebody waits for most eagerly.
    public static let high = Self(level: .high)
    /// Work without which the system itself suffers, such as health checks and giving resources back.
    ///
    /// Shed last.
    public static let critical = Self(level: .critical)

    /// All classes, the lowest first.
    public static let allCases: [PriorityClass] = Level.allCases.map(Self.init(level:))

    /// The place of the class in ``allCases``.
    var index: Int { level.rawValue }
}

extension PriorityClass: Comparable {
    /// True if the first class is the less important one.
    public static func < (lhs: PriorityClass, rhs: PriorityClass) -> Bool {
        lhs.index < rhs.index
    }
}

extension PriorityClass: CustomStringConvertible {
    /// The name of the class.
    public var description: String { "\(level)" }
}
