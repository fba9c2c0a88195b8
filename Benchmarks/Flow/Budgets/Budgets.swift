// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESNetwork

extension Budget {
    /// Measures all budgets of the four libraries, some from what was measured before.
    static func all(
        in laboratory: Laboratory,
        upstream: String,
        overhead: [Comparison.Outcome],
        timers: [TimerPrecision.Outcome]
    ) async throws -> [Budget] {
        laboratory.note("budgets")
        let client = try ResilientClient(logger: .silent)
        let users = try await UserTable(count: laboratory.isQuick ? 100_000 : 1_000_000)
        var budgets = try await BatchBudgets.run(users: users, client: client, upstream: upstream)
        budgets += try await TunerBudget.run()
        budgets += try await StreamingBudget.run(users: users)
        budgets += try await MemoryBudgets.run(overhead: overhead)
        budgets += try await NetworkBudgets.run(upstream: upstream, timers: timers)
        budgets += try await RetryBudgets.run()
        budgets += try await ConcurrencyBudgets.run(
            client: client,
            upstream: upstream,
            overhead: overhead,
            operations: laboratory.isQuick ? 100_000 : 1_000_000
        )
        budgets += try await WorkerBudgets.run(client: client, upstream: upstream)
        await client.shutdown()
        try users.remove()
        return budgets
    }
}
