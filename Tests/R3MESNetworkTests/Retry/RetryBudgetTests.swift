// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("RetryBudget")
struct RetryBudgetTests {
    private let start = ContinuousClock.now

    @Test("extra requests stay below the greater of both allowances, whatever the course of calls", arguments: 0..<20)
    func bound(round: Int) {
        var generator = SeededGenerator()
        let configuration = RetryBudget.Configuration()
        var state = RetryBudget.State(configuration, now: start)
        var now = start
        var (calls, extra) = (0, 0)
        let gap = Int.random(in: 0...20, using: &generator)
        for _ in 0..<20_000 {
            now = now.advanced(by: .milliseconds(Int.random(in: 0...gap, using: &generator)))
            state.deposit()
            calls += 1
            for _ in 0..<Int.random(in: 0...3, using: &generator) where state.withdraw(now: now) {
                extra += 1
            }
            let seconds = start.duration(to: now) / .seconds(1)
            let reserve = configuration.reserve + configuration.reservePerSecond * seconds
            #expect(Double(extra) <= max(Double(calls) * configuration.ratio, reserve) + 1, "seed \(generator.seed)")
        }
    }

    @Test("when everything fails, a busy client adds 10 %")
    func totalFailure() {
        var state = RetryBudget.State(.init(), now: start)
        var extra = 0
        for call in 0..<10_000 {
            state.deposit()
            // 1,000 calls a second.
            let now = start.advanced(by: .milliseconds(call))
            for _ in 0..<3 where state.withdraw(now: now) {
                extra += 1
            }
        }
        #expect((990...1_001).contains(extra))
    }

    @Test("a quiet client may retry its only call")
    func quietClient() {
        var state = RetryBudget.State(.init(), now: start)
        for minute in 0..<10 {
            state.deposit()
            let now = start.advanced(by: .seconds(60 * minute))
            let granted = (0..<3).count { _ in state.withdraw(now: now) }
            #expect(granted == 3)
        }
    }

    @Test("a clock that goes back adds nothing")
    func clockGoesBack() {
        var state = RetryBudget.State(.init(ratio: 0, reserve: 1, reservePerSecond: 1), now: start)
        let first = state.withdraw(now: start)
        let second = state.withdraw(now: start.advanced(by: .seconds(-100)))
        #expect(first && !second)
    }

    @Test("of many who ask at once, exactly as many get a token as there are")
    func atomic() async throws {
        let clock = TestClock()
        let budget = try RetryBudget(
            .init(ratio: 0, reserve: 500, reservePerSecond: 0),
            timeline: Timeline(clock)
        )
        let granted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<1_000).count { _ in budget.withdraw() } }
            }
            return await group.reduce(0, +)
        }
        #expect(granted == 500)
    }

    @Test("a configuration that cannot work is refused, all problems at once")
    func configuration() {
        #expect {
            try RetryBudget(.init(ratio: -1, reserve: .nan, reservePerSecond: .infinity, capacity: 0))
        } throws: { error in
            guard let error = error as? NetworkError else { return false }
            return error.code == .invalidConfiguration && error.message.split(separator: ";").count == 4
        }
    }
}
