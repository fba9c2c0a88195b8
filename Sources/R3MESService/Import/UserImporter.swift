// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

/// Writes many users in few transactions.
///
/// Each batch is one transaction: when the import is interrupted, what was reported as written is there, the rest is not,
/// and the same file can be imported again.
public struct UserImporter: Sendable {
    /// What to do with a wallet that is registered already.
    public enum ConflictRule: String, CaseIterable, Sendable {
        /// Leave the user as it is.
        case skip
        /// Take over what the record says, and no more; a different balance becomes a ledger entry of the difference.
        case update
        /// Report the record as rejected.
        case fail
    }

    /// How many records were dealt with, and how.
    public struct Report: Hashable, Sendable {
        /// New users.
        public var inserted = 0
        /// Users that were there and were changed.
        public var updated = 0
        /// Users that were there and were left alone.
        public var skipped = 0
        /// Records that were refused.
        public var rejected = 0

        /// All of them.
        public var total: Int { inserted + updated + skipped + rejected }
    }

    /// A record with the entries that make up its balance.
    struct Item: Sendable {
        var record: UserRecord
        var line: Int
        /// The ledger entries, oldest first; they add up to the record's credits.
        var entries: [(amount: Credits, reason: String, createdAt: Timestamp)]
    }

    /// How many records share a transaction.
    ///
    /// The index of wallets is written at random places, so a larger batch meets each page more often before it is
    /// written out: 20,000 is twice as fast as 4,000. It keeps other writers waiting for some tenths of a second.
    static let batchSize = 20_000

    private let storage: Storage
    private let rule: ConflictRule
    private var batch: [Item] = []
    /// Lines that were refused since the last flush, to be told in one order with those that the database refuses.
    private var refusedLines: [RejectedLine] = []

    /// What has been written so far.
    public private(set) var report = Report()

    /// The first refused lines, up to ``maximumRejectedLines``; the report counts all of them.
    public private(set) var rejectedLines: [RejectedLine] = []

    /// How many refused lines are kept.
    public static let maximumRejectedLines = 1000

    /// An importer into this storage.
    public init(into storage: Storage, onConflict rule: ConflictRule) {
        self.storage = storage
        self.rule = rule
        batch.reserveCapacity(Self.batchSize)
    }

    /// Takes one outcome of a parser.
    ///
    /// Whether the batch is full is for the caller to ask: see ``needsFlush``.
    public mutating func append(_ outcome: UserRecordParser.Outcome) {
        switch outcome {
        case .record(let record, let line):
            let now = record.createdAt ?? .now()
            let credits = record.credits ?? .zero
            let entries = credits > .zero ? [(credits, "opening balance", now)] : []
            batch.append(Item(record: record, line: line, entries: entries))
        case .rejected(let line):
            refusedLines.append(line)
        }
    }

    mutating func append(_ item: Item) {
        batch.append(item)
    }

    /// Whether enough has been taken for a transaction.
    public var needsFlush: Bool { batch.count + refusedLines.count >= Self.batchSize }

    /// Writes what was taken since the last time.
    public mutating func flush() async throws {
        let (items, rule, linesBefore) = (batch, rule, refusedLines)
        guard !items.isEmpty || !linesBefore.isEmpty else { return }
        batch.removeAll(keepingCapacity: true)
        refusedLines.removeAll(keepingCapacity: true)
        let changed = rule == .update ? items.map { ServiceCache.Entry.user($0.record.wallet) } : []
        let (written, refused) = try await storage.write(forgetting: changed) { db in
            try await Self.write(items, rule, refusing: linesBefore, in: db)
        }
        report.inserted += written.inserted
        report.updated += written.updated
        report.skipped += written.skipped
        for line in refused.sorted(by: { $0.line < $1.line }) {
            reject(line)
        }
    }

    private mutating func reject(_ line: RejectedLine) {
        report.rejected += 1
        if rejectedLines.count < Self.maximumRejectedLines {
            rejectedLines.append(line)
        }
    }
}
