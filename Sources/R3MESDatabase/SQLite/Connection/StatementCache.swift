// SPDX-License-Identifier: Apache-2.0

/// A connection's prepared statements.
///
/// Bounded by two generations: when the young one is full it becomes the old one, and what is used again moves back.
struct StatementCache {
    private struct Entry {
        /// Kept so that its identity is not given to another statement.
        let statement: Statement
        let prepared: PreparedStatement
    }

    private var young: [ObjectIdentifier: Entry] = [:]
    private var old: [ObjectIdentifier: Entry] = [:]
    private let generationSize: Int

    init(capacity: Int) {
        generationSize = max(capacity / 2, 1)
    }

    subscript(statement: Statement) -> PreparedStatement? {
        mutating get {
            let key = ObjectIdentifier(statement)
            if let entry = young[key] {
                return entry.prepared
            }
            guard let entry = old.removeValue(forKey: key) else {
                return nil
            }
            insert(entry, for: key)
            return entry.prepared
        }
        set {
            let key = ObjectIdentifier(statement)
            if let newValue {
                insert(Entry(statement: statement, prepared: newValue), for: key)
            } else {
                young[key] = nil
                old[key] = nil
            }
        }
    }

    private mutating func insert(_ entry: Entry, for key: ObjectIdentifier) {
        if young.count >= generationSize {
            old = young
            young = [:]
        }
        young[key] = entry
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
    }
}
