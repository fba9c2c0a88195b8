// SPDX-License-Identifier: Apache-2.0

/// The statements that a connection has prepared, as far as this side knows: a bounded cache that forgets what was not
/// used for longest.
struct PreparedStatements {
    /// A statement the server knows by a name.
    struct Prepared {
        /// The name for C, with its NUL; never used twice.
        let name: ContiguousArray<CChar>
        /// How the server is told to forget it.
        var deallocation: String { "DEALLOCATE " + name.dropLast().map { String(UnicodeScalar(UInt8($0))) }.joined() }
    }

    private struct Entry {
        // Keeps the statement, whose identity is the key.
        let statement: Statement
        let prepared: Prepared
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [ObjectIdentifier: Entry] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { entries.count }

    /// The prepared statement, if it is there.
    mutating func use(_ statement: Statement) -> Prepared? {
        uses += 1
        let index = entries.index(forKey: ObjectIdentifier(statement))
        guard let index else {
            return nil
        }
        entries.values[index].lastUse = uses
        return entries.values[index].prepared
    }

    /// Makes room for a new statement: what is to be forgotten for it, if anything.
    ///
    /// Looks at every entry, which only a cache that is full and missed does, and a preparation costs far more.
    mutating func evict() -> Prepared? {
        guard entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
            return nil
        }
        entries[oldest.key] = nil
        return oldest.value.prepared
    }

    /// Names a statement that is about to be prepared.
    mutating func insert(_ statement: Statement) -> Prepared {
        names += 1
        let prepared = Prepared(name: ContiguousArray("r3mes_\(names)".utf8CString))
        entries[ObjectIdentifier(statement)] = Entry(statement: statement, prepared: prepared, lastUse: uses)
        return prepared
    }

    /// Forgets a statement: what the server is to forget too.
    mutating func remove(_ statement: Statement) -> Prepared? {
        entries.removeValue(forKey: ObjectIdentifier(statement))?.prepared
    }

    /// Forgets everything, as the server has.
    mutating func removeAll() {
        entries.removeAll()
    }
}
