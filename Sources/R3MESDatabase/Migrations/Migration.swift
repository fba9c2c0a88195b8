// SPDX-License-Identifier: Apache-2.0

/// One step of a schema, never changed once it was released: a mistake is mended by the next.
///
/// All its statements take effect together or not at all, so what an engine refuses in a transaction, such as `CREATE INDEX
/// CONCURRENTLY`, has no place here.
public struct Migration: Sendable {
    /// What the step is recorded as, such as `0003-api-keys`.
    public let id: String
    /// By engine; one statement each.
    private let statements: [SQLDialect: [SQL]]

    /// A step with statements that every engine understands.
    public init(_ id: String, _ statements: [SQL]) {
        self.id = id
        self.statements = [.postgres: statements, .sqlite: statements]
    }

    /// A step with statements for each engine, none where there is nothing to do.
    public init(_ id: String, postgres: [SQL], sqlite: [SQL]) {
        self.id = id
        statements = [.postgres: postgres, .sqlite: sqlite]
    }

    /// What is run on an engine.
    func statements(for dialect: SQLDialect) -> [SQL] {
        statements[dialect, default: []]
    }

    /// Tells a step from what it was before somebody changed it: FNV-1a, 64 bits, of its statements' text.
    ///
    /// White space counts as one blank, so that a text may be indented anew.
    func checksum(for dialect: SQLDialect) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for statement in statements(for: dialect) {
            for word in statement.text(for: dialect).split(whereSeparator: \.isWhitespace) {
                for byte in word.utf8 { add(byte) }
                add(UInt8(ascii: " "))
            }
            add(UInt8(ascii: ";"))
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
