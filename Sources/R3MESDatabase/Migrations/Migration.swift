// SPDX-License-Identifier: Apache-2.0

/// A step of a schema's history. One that has been released is never changed: a mistake is mended by the next.
public struct Migration: Sendable {
    /// What tells it from all others; it is kept in the database.
    public let name: String
    private let postgres: [SQL]
    private let sqlite: [SQL]

    /// Makes a migration of statements that both engines understand.
    public init(_ name: String, _ statements: [SQL]) {
        self.init(name, postgres: statements, sqlite: statements)
    }

    /// Makes a migration of statements for each engine, which are run one after the other in one transaction.
    public init(_ name: String, postgres: [SQL], sqlite: [SQL]) {
        self.name = name
        self.postgres = postgres
        self.sqlite = sqlite
    }

    func statements(for dialect: SQLDialect) -> [SQL] {
        switch dialect {
        case .postgres: postgres
        case .sqlite: sqlite
        }
    }

    /// Tells whether the statements are those that were applied, whatever the space between their words: FNV-1a of 64 bits
    /// (Fowler, Noll, Vo), since it is to find mistakes and not malice.
    func checksum(for dialect: SQLDialect) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for statement in statements(for: dialect) {
            for word in statement.text(for: dialect).split(whereSeparator: \.isWhitespace) {
                for byte in Array(word.utf8) + [UInt8(ascii: " ")] {
                    hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
                }
            }
            hash = (hash ^ UInt64(UInt8(ascii: ";"))) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
