// SPDX-License-Identifier: Apache-2.0

import Synchronization
import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("A cancelled write", .onBothEngines)
struct CancelledWriteTests {
    /// How far a write may come before it is cancelled.
    private static let steps = 4

    @Test("is there as a whole or not at all, and one that returned is there")
    func randomMoments() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: .random(in: .min ... .max))
            let seed = generator.seed
            let wallets = try generator.wallets(2)
            try await storage.register(wallets, credits: 1_000_000)

            var returned: Set<String> = []
            var cancelled = 0
            for number in 0..<2000 {
                let name = "write \(number)"
                let change = try CreditChange(amount: Credits(millionths: 1), reason: name)
                let isNested = Bool.random(using: &generator)
                // Cancelled from inside, before one of the steps, or from outside, at whatever moment that is.
                let step = Bool.random(using: &generator) ? Int.random(in: 0...Self.steps, using: &generator) : nil
                let delay = Int.random(in: 0...60, using: &generator)
                let task = Task {
                    try await storage.write { db in
                        func cancel(before number: Int) {
                            if step == number { withUnsafeCurrentTask { $0?.cancel() } }
                        }
                        func write() async throws {
                            for (index, wallet) in wallets.enumerated() {
                                cancel(before: index + 1)
                                try await LedgerTable.apply(change, to: wallet, at: .epoch, in: db)
                            }
                        }
                        cancel(before: 0)
                        if isNested {
                            try await db.withSavepoint { try await write() }
                        } else {
                            try await write()
                        }
                        cancel(before: Self.steps - 1)
                    }
                }
                if step == nil {
                    for _ in 0..<delay { await Task.yield() }
                    task.cancel()
                }
                switch await task.result {
                case .success: returned.insert(name)
                case .failure(is CancellationError): cancelled += 1
                case .failure(let error):
                    let context = (error as? ServiceError)?.context ?? [:]
                    Issue.record("\(name) threw \(error) \(context); seed \(seed)")
                }
            }

            let reasons = try await storage.column("SELECT reason FROM ledger", as: String.self)
            var counts = Dictionary(reasons.map { ($0, 1) }, uniquingKeysWith: +)
            #expect(counts.removeValue(forKey: "opening balance") == 2)
            #expect(counts.allSatisfy { $0.value == wallets.count }, "seed \(seed)")
            #expect(returned.isSubset(of: counts.keys), "seed \(seed)")
            #expect(try await storage.faults().isEmpty, "seed \(seed)")
            // Both ways out were taken, or the test would prove nothing.
            #expect(!returned.isEmpty)
            #expect(cancelled > 0)
            let after = try CreditChange(amount: Credits(millionths: 1), reason: "after")
            #expect(try await storage.apply(after, to: wallets[0]).posting.reason == "after")
        }
    }

    @Test("that waits for its turn never begins")
    func waiting() async throws {
        try await withStorage { storage in
            let begun = Mutex(false)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await storage.write { _ in begun.withLock { $0 = true } }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(!begun.withLock { $0 })
            let read = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await storage.userCount()
            }
            await #expect(throws: CancellationError.self) { try await read.value }
        }
    }
}
