// SPDX-License-Identifier: Apache-2.0

/// An aggregate of which not all elements have been read.
struct RESPFrame: Sendable {
    enum Kind: Sendable {
        case array, set, push, map, attribute

        init(_ type: UInt8) {
            self =
                switch type {
                case UInt8(ascii: "%"): .map
                case UInt8(ascii: "~"): .set
                case UInt8(ascii: ">"): .push
                case UInt8(ascii: "|"): .attribute
                default: .array
                }
        }

        /// How many values make one element.
        var width: Int {
            switch self {
            case .array, .set, .push: 1
            case .map, .attribute: 2
            }
        }
    }

    let kind: Kind
    private var missing: Int
    private var elements: [RESPValue] = []
    private var entries: [RESPMapEntry] = []
    private var key: RESPValue?

    init(kind: Kind, count: Int, room: Int) {
        self.kind = kind
        missing = count * kind.width
        switch kind {
        case .array, .set, .push: elements.reserveCapacity(room)
        case .map: entries.reserveCapacity(room)
        case .attribute: break
        }
    }

    var isComplete: Bool { missing == 0 }

    mutating func append(_ value: RESPValue) {
        missing -= 1
        switch kind {
        case .array, .set, .push:
            elements.append(value)
        case .map:
            if let key {
                entries.append(RESPMapEntry(key: key, value: value))
                self.key = nil
            } else {
                key = value
            }
        case .attribute:
            break
        }
    }

    var value: RESPValue {
        switch kind {
        case .array: .array(elements)
        case .set: .set(elements)
        case .push: .push(elements)
        case .map: .map(entries)
        case .attribute: .null
        }
    }
}
