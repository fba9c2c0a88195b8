// SPDX-License-Identifier: Apache-2.0

/// The objects that a ``LeakTracker`` found alive, by kind and place, the most numerous first.
public struct LeakReport: Hashable, Sendable {
    /// Where an object was registered.
    public struct Place: Hashable, Sendable, CustomStringConvertible {
        /// The module and file.
        public let file: String
        /// The line in the file.
        public let line: Int

        /// The file and the line, as compilers write them.
        public var description: String { "\(file):\(line)" }
    }

    /// Live objects of one kind, registered at one place.
    public struct Group: Hashable, Sendable, CustomStringConvertible {
        /// What the objects are.
        public let kind: String
        /// Where they were registered.
        public let place: Place
        /// How many are alive.
        public let count: Int
        /// The time since the oldest was registered.
        public let oldest: Duration
        /// The time since the youngest was registered.
        public let youngest: Duration

        /// One line for a person to read.
        public var description: String {
            "\(count) × \(kind) from \(place), \(oldest) to \(youngest) old"
        }
    }

    /// The live objects by kind and place.
    public let groups: [Group]

    /// How many objects are alive.
    public var count: Int { groups.reduce(0) { $0 + $1.count } }

    /// Whether none is alive.
    public var isEmpty: Bool { groups.isEmpty }

    init(entries: [LeakEntry], now: Duration) {
        struct Key: Hashable {
            let kind: String
            let place: Place
        }
        let byKey = Dictionary(grouping: entries) { entry in
            Key(kind: entry.kind ?? String(describing: entry.type), place: entry.place)
        }
        groups = byKey.map { key, entries in
            let ages = entries.map { now - $0.registered }
            return Group(
                kind: key.kind,
                place: key.place,
                count: entries.count,
                oldest: ages.max() ?? .zero,
                youngest: ages.min() ?? .zero
            )
        }
        .sorted { ($1.count, $0.kind, $0.place.description) < ($0.count, $1.kind, $1.place.description) }
    }
}

extension LeakReport: CustomStringConvertible {
    /// One line for each group.
    public var description: String {
        isEmpty ? "none alive" : groups.map(\.description).joined(separator: "\n")
    }
}
