// SPDX-License-Identifier: Apache-2.0

/// What a reader finds in the bytes of a journal; a pure function of them.
struct JournalContents {
    struct Item {
        let sequence: UInt64
        let payload: ArraySlice<UInt8>
        let offset: Int
    }

    /// The items that no commit covers, in the order of their sequence.
    private(set) var items: [Item] = []
    /// The greatest sequence that a commit tells to be written; nil when there is none.
    private(set) var committed: UInt64?
    /// The greatest sequence of all.
    private(set) var last: UInt64?
    /// Damaged places that sound records follow.
    private(set) var damage: [Range<Int>] = []
    /// Where the last sound record ends; what follows is a record that was being written when the process ended.
    private(set) var end = JournalFormat.headerSize

    init(_ bytes: [UInt8], format: JournalFormat) {
        var offset = end
        while offset < bytes.count {
            if let record = format.record(at: offset, in: bytes) {
                if offset > end {
                    damage.append(end..<offset)
                }
                note(record, at: offset)
                end = record.end
                offset = record.end
            } else {
                offset += 1
            }
        }
        items.removeAll { item in
            committed.map { item.sequence <= $0 } ?? false
        }
    }

    private mutating func note(_ record: JournalFormat.Record, at offset: Int) {
        last = max(last ?? 0, record.sequence)
        switch record.kind {
        case .item: items.append(Item(sequence: record.sequence, payload: record.payload, offset: offset))
        case .commit: committed = max(committed ?? 0, record.committed)
        }
    }
}
