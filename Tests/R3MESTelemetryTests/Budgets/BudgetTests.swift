// SPDX-License-Identifier: Apache-2.0

import R3MESTelemetry
import Testing

@Suite("Budgets")
struct BudgetTests {
    private func makeMonitor() throws -> BudgetMonitor {
        try BudgetMonitor(Budget("users", within: .milliseconds(50), target: 0.99))
    }

    @Test("a request keeps the budget up to its threshold, if it succeeds")
    func holds() throws {
        let budget = try Budget("users", within: .milliseconds(50), target: 0.99)
        #expect(budget.holds(.milliseconds(50)))
        #expect(!budget.holds(.milliseconds(50) + .nanoseconds(1)))
        #expect(!budget.holds(.milliseconds(1), failed: true))
        #expect(throws: TelemetryError.self) { try Budget("users", within: .zero, target: 0.5) }
        #expect(throws: TelemetryError.self) { try Budget("users", within: .seconds(1), target: 1) }
    }

    @Test("the alarm begins when both windows burn, once, and ends when the short one no longer does")
    func alarm() throws {
        var monitor = try makeMonitor()
        #expect(monitor.record(within: 800, of: 1_000, at: .seconds(0)) == .alarmBegan)
        #expect(monitor.record(within: 800, of: 1_000, at: .seconds(60)) == nil)
        #expect(monitor.isAlarming)
        #expect(abs(monitor.burnRate(monitor.shortWindow) - 20) < 1e-9)
        #expect(monitor.pass(to: .seconds(359)) == nil)
        #expect(monitor.pass(to: .seconds(360)) == .alarmEnded)
        #expect(monitor.shortWindow.total == 0)
        #expect(monitor.longWindow == monitor.longWindow && monitor.longWindow.total == 2_000)
        #expect(monitor.pass(to: .seconds(3_660)) == nil)
        #expect(monitor.longWindow.total == 0)
    }

    @Test("a short burst after a long time of good answers is no alarm")
    func burst() throws {
        var monitor = try makeMonitor()
        #expect(monitor.record(within: 100_000, of: 100_000, at: .seconds(0)) == nil)
        #expect(monitor.record(within: 0, of: 1_000, at: .seconds(600)) == nil)
        #expect(monitor.shortWindow.share == 0)
        #expect(monitor.record(within: 0, of: 20_000, at: .seconds(601)) == .alarmBegan)
    }

    @Test("a few bad answers are no alarm, and odd input does no harm")
    func odd() throws {
        var monitor = try makeMonitor()
        #expect(monitor.record(within: 0, of: 9, at: .seconds(-100)) == nil)
        #expect(monitor.record(within: 5, of: -3, at: .seconds(-1_000)) == nil)
        #expect(monitor.longWindow.total == 9)
        #expect(monitor.record(within: 9, of: 1, at: .seconds(Int64.max)) == nil)
        #expect(monitor.longWindow.share == 1)
    }

    @Test("windows that cannot work are refused")
    func invalid() throws {
        var configuration = BudgetMonitor.Configuration()
        configuration.shortWindow = .seconds(7_200)
        let budget = try Budget("users", within: .milliseconds(50), target: 0.99)
        #expect(throws: TelemetryError.self) { try BudgetMonitor(budget, configuration) }
    }
}
