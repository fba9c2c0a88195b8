// SPDX-License-Identifier: Apache-2.0

/// What is done over and over.
enum Work: String, CaseIterable, Sendable {
    /// Look a key up, and store it if it is not there.
    case readThrough = "read-through"
    /// Look up keys that are all there.
    case reads
    /// Store keys, some new and some old.
    case writes
}

/// What the keys are; each is its own value.
enum KeyKind: String, CaseIterable, Codable, Sendable {
    case int, string

    var title: String {
        switch self {
        case .int: "Int"
        case .string: "String of 44"
        }
    }
}

/// Something that can be a key of the benchmark.
protocol BenchmarkKey: Hashable, Sendable {
    static var kind: KeyKind { get }
    init(number: Int)
}

extension Int: BenchmarkKey {
    static var kind: KeyKind { .int }

    init(number: Int) {
        self = number
    }
}

extension String: BenchmarkKey {
    static var kind: KeyKind { .string }

    /// As long as a wallet's address.
    init(number: Int) {
        let digits = "\(number)"
        self = "remes1" + String(repeating: "0", count: 38 - digits.count) + digits
    }
}
