// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("Demonstration users")
struct DemoUsersTests {
    @Test("differ, have valid addresses, balances that are sums, and a few who have much")
    func hundredThousand() throws {
        let count = 100_000
        let demo = try DemoUsers(count: count)
        var wallets: Set<WalletAddress> = []
        var balances: [Int64] = []
        var miners = 0
        for index in 0..<count {
            let item = try demo.item(index)
            wallets.insert(item.record.wallet)
            let sum = item.entries.reduce(0) { $0 + $1.amount.millionths }
            let credits = item.record.credits?.millionths ?? 0
            if sum != credits || item.entries.contains(where: { $0.amount <= .zero }) {
                Issue.record("user \(index) has \(credits), the entries \(item.entries)")
            }
            balances.append(credits)
            if item.record.isMiner == true { miners += 1 }
        }
        #expect(wallets.count == count)
        #expect((28_000...32_000).contains(miners))
        balances.sort(by: >)
        let total = balances.reduce(0, +)
        // A Pareto tail with exponent 1.16 gives about half of all to the first hundredth, and 80 % to the first fifth.
        #expect(balances.prefix(count / 100).reduce(0, +) > total / 3)
        #expect(balances.prefix(count / 5).reduce(0, +) > total * 6 / 10)
        #expect(balances.contains(0))
    }

    @Test("are the same every time, also for another count")
    func deterministic() throws {
        for index in [0, 1, 99] {
            let first = try DemoUsers(count: 100).item(index)
            let second = try DemoUsers(count: 1000).item(index)
            #expect(first.record == second.record)
            #expect(first.entries.map(\.amount) == second.entries.map(\.amount))
        }
        // Written down, so that a change of the numbers is noticed: other tools may rely on them.
        let record = try DemoUsers(count: 1).record(0)
        #expect(record.wallet.description == "remes1ugs2swtmrhx67mncne42rwt97srvghgctdkucs")
        #expect(record.createdAt?.description == "2025-01-01T00:00:00.000000Z")
        #expect(try DemoUsers(count: DemoUsers.maximumCount).item(DemoUsers.maximumCount - 1).line == 10_000_000)
    }

    @Test("are written with a ledger that adds up, and not again")
    func write() async throws {
        try await withStorage { storage in
            let demo = try DemoUsers(count: 500)
            var steps: [Int] = []
            let report = try await demo.write(into: storage) { steps.append($0) }
            #expect(report.inserted == 500)
            #expect(steps == [500])
            let audit = try await storage.auditLedger()
            #expect(audit.discrepancies.isEmpty)
            #expect(audit.users == 500)
            #expect(try await DemoUsers(count: 501).write(into: storage) == .init(inserted: 1, skipped: 500))
            let (first, last) = (try demo.record(0), try demo.record(499))
            let page = try await storage.users(UserQuery(), limit: 1000)
            #expect(page.items.first?.wallet == first.wallet)
            #expect(page.items.dropLast().last?.wallet == last.wallet)
        }
    }

    @Test("are refused in numbers out of range", arguments: [Int.min, -1, 0, 10_000_001, .max])
    func range(count: Int) {
        let error = expect(.invalidFields) { try DemoUsers(count: count) }
        #expect(error?.fieldErrors.map(\.field) == ["users"])
    }

    // The first outputs of the reference implementation by Sebastiano Vigna for the seed 1234567.
    @Test("come from the generator that its paper describes")
    func splitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in generator.next() } == expected)
    }
}
