// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Users for trying things out: the same for the same count, every time.
///
/// Balances are skewed as real ones are (a Pareto tail: few have much, most have little), three in ten users are miners, and
/// every balance is the sum of the ledger entries that go with it.
public struct DemoUsers: Sendable {
    /// The most that can be made: so many take some minutes and a few gigabytes.
    public static let maximumCount = 10_000_000

    /// When the first demonstration user registered: 2025-01-01.
    static let epoch: Int64 = 1_735_689_600_000_000
    /// One user every two seconds.
    static let interval: Int64 = 2_000_000

    /// How many users there are.
    public let count: Int

    /// So many users.
    ///
    /// - Throws: ``ServiceError`` when the count is out of range.
    public init(count: Int) throws(ServiceError) {
        guard (1...Self.maximumCount).contains(count) else {
            let reason = "must be from 1 to \(Self.maximumCount)"
            throw ServiceError(.invalidFields, fieldErrors: [.init(field: "users", reason: reason)])
        }
        self.count = count
    }

    /// The user with this index, counted from 0, without the history of the balance.
    public func record(_ index: Int) throws(ServiceError) -> UserRecord {
        try item(index).record
    }

    /// The user with this index, counted from 0.
    func item(_ index: Int) throws(ServiceError) -> UserImporter.Item {
        var random = SplitMix64(seed: UInt64(truncatingIfNeeded: index))
        var payload: [UInt8] = []
        for _ in 0..<3 {
            payload += Int64(bitPattern: random.next()).bigEndianBytes
        }
        let wallet = try WalletAddress(payload: payload.prefix(WalletAddress.payloadLength))
        let createdAt = Self.epoch + Int64(index) * Self.interval
        let isMiner = random.next() % 10 < 3

        // Up to four rewards, each of a Pareto law with exponent 1.16 (the one behind "80 % to 20 %"), cut at a million.
        var entries: [(amount: Credits, reason: String, createdAt: Timestamp)] = []
        var balance = Credits.zero
        for number in 0..<Int64(random.next() % 5) {
            let millionths = Int64(min(random.paretoTail() * 1_000_000, 1e12))
            let amount = Credits(millionths: millionths)
            let time = Timestamp(microseconds: createdAt + number * 86_400_000_000)
            balance = try balance.adding(amount)
            entries.append((amount, "mining reward", time))
        }
        let record = UserRecord(
            wallet: wallet,
            credits: balance,
            isMiner: isMiner,
            createdAt: Timestamp(microseconds: createdAt)
        )
        return UserImporter.Item(record: record, line: index + 1, entries: entries)
    }

    /// Writes all of them.
    ///
    /// Users that are there already are left alone.
    ///
    /// - Parameter progress: Called after each batch with the number of users dealt with so far.
    public func write(
        into storage: Storage,
        progress: (Int) async -> Void = { _ in }
    ) async throws -> UserImporter.Report {
        var importer = UserImporter(into: storage, onConflict: .skip)
        for index in 0..<count {
            importer.append(try item(index))
            if importer.needsFlush {
                try await importer.flush()
                await progress(index + 1)
            }
        }
        try await importer.flush()
        await progress(count)
        return importer.report
    }
}

extension SplitMix64 {
    /// A number of 1 or more whose tail falls as x to the power of −1.16.
    fileprivate mutating func paretoTail() -> Double {
        // 53 random bits, moved off zero so that the power below stays finite.
        let uniform = (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992
        return pow(1 / uniform, 1 / 1.16)
    }
}
