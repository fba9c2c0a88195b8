// SPDX-License-Identifier: Apache-2.0

import R3MESMemory
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESDatabase

@Suite("ConnectionPool under a storm", .failsOnLeak(after: .seconds(10)))
struct ConnectionPoolStormTests {
    private static let operations = 25_000
    private static let tasks = 50

    /// Chance that several tasks share.
    private final class Luck: Sendable {
        private let generator: Mutex<SeededGenerator>

        init(_ generator: SeededGenerator) {
            self.generator = Mutex(generator)
        }

        func oneIn(_ count: Int) -> Bool {
            generator.withLock { $0.oneIn(count) }
        }
    }

    private final class Tally: Sendable {
        let outcomes = Mutex<[String: Int]>([:])

        func count(_ outcome: String) {
            outcomes.withLock { $0[outcome, default: 0] += 1 }
        }

        subscript(outcome: String) -> Int {
            outcomes.withLock { $0[outcome] ?? 0 }
        }
    }

    /// One random use of the pool, which may be cancelled at any await, time out, fail or leave dirt behind.
    private func use(_ scenario: PoolScenario, _ random: inout SeededGenerator, _ tally: Tally) async {
        struct Failure: Error {}
        let timeout = Duration.milliseconds(Int.random(in: 0..<200, using: &random))
        let yields = Int.random(in: 0..<3, using: &random)
        let fails = random.oneIn(20)
        let nests = random.oneIn(10)
        let condition: ConnectionCondition =
            random.oneIn(8) ? .broken : random.oneIn(10) ? .dirty : .clean
        let work: @Sendable () async -> Void = { [pool = scenario.pool] in
            do {
                try await pool.withConnection(timeout: timeout) { connection in
                    connection.enter()
                    defer { connection.leave() }
                    for _ in 0..<yields {
                        await Task.yield()
                    }
                    if nests {
                        try? await pool.withConnection(timeout: timeout) { other in
                            other.enter()
                            await Task.yield()
                            other.leave()
                        }
                    }
                    connection.become(condition)
                    if fails {
                        throw Failure()
                    }
                }
                tally.count("served")
            } catch is Failure {
                tally.count("served")
            } catch is CancellationError {
                tally.count("cancelled")
            } catch let error as DatabaseError {
                tally.count(error.code.description)
                // As somebody would who comes again later.
                for _ in 0..<20 {
                    await Task.yield()
                }
            } catch {
                tally.count("unexpected")
            }
        }
        guard random.oneIn(2) else {
            return await work()
        }
        let task = Task { await work() }
        for _ in 0..<Int.random(in: 0..<6, using: &random) {
            await Task.yield()
        }
        task.cancel()
        tally.count("told to stop")
        await task.value
    }

    @Test("no connection is lost or lent dirty, and nobody waits for ever")
    func storm() async throws {
        var random = SeededGenerator()
        let seed = random.seed
        let scenario = try PoolScenario(minimum: 1, maximum: 5, maximumWaiting: 38) { configuration in
            configuration.options.openTimeout = .milliseconds(100)
            configuration.options.maintenanceTimeout = .milliseconds(100)
            configuration.options.validateAfterIdle = .milliseconds(5)
            configuration.options.keepAliveInterval = .milliseconds(7)
            configuration.options.idleTimeout = .milliseconds(20)
            configuration.options.maximumLifetime = .milliseconds(200)
            configuration.options.leakThreshold = .milliseconds(100)
            configuration.options.reconnection = .init(base: .milliseconds(1), maximum: .milliseconds(4))
        }
        LeakTracker.track(scenario.pool)
        let luck = Luck(random.split())
        scenario.server.behave { $0.fails = { luck.oneIn($0 == "open" ? 3 : 10) } }
        let tally = Tally()
        let running = Task { await scenario.pool.run() }
        let time = Task { [clock = scenario.clock] in
            while !Task.isCancelled {
                clock.advance(by: .microseconds(200))
                await Task.yield()
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.tasks {
                var random = random.split()
                group.addTask {
                    for _ in 0..<Self.operations / Self.tasks {
                        await use(scenario, &random, tally)
                    }
                }
            }
        }
        let calm = scenario.pool.statistics
        #expect(calm.inUse == 0 && calm.waiting == 0, "seed \(seed): \(calm)")
        await scenario.pool.shutdown(within: .zero)
        await running.value
        await scenario.eventually { scenario.server.open == 0 }
        time.cancel()
        await time.value
        let end = scenario.pool.statistics
        var outcomes = tally.outcomes.withLock { $0 }
        let cancellations = outcomes.removeValue(forKey: "told to stop") ?? 0
        #expect(end.total == 0 && scenario.server.open == 0, "seed \(seed): \(end)")
        #expect(scenario.server.violations.isEmpty, "seed \(seed): \(Set(scenario.server.violations))")
        #expect(scenario.server.peak <= 5, "seed \(seed)")
        #expect(end.created == end.closed.values.reduce(0, +), "seed \(seed): \(end)")
        #expect(outcomes.values.reduce(0, +) == Self.operations, "seed \(seed): \(outcomes)")
        #expect(cancellations > 10_000, "the storm was too mild: \(cancellations)")
        #expect(outcomes["unexpected"] == nil, "seed \(seed): \(outcomes)")
        for outcome in ["served", "cancelled", "connectionFailed", "acquireTimedOut", "poolExhausted"] {
            #expect(outcomes[outcome, default: 0] > 0, "the storm was too mild: \(outcomes)")
        }
    }

    @Test("a server that goes and comes back under load is served again, without a restart")
    func outages() async throws {
        var random = SeededGenerator()
        let seed = random.seed
        let scenario = try PoolScenario(minimum: 1, maximum: 4) { configuration in
            configuration.options.reconnection = .init(base: .milliseconds(1), maximum: .milliseconds(8))
            configuration.options.keepAliveInterval = .milliseconds(5)
        }
        let time = Task { [clock = scenario.clock] in
            while !Task.isCancelled {
                clock.advance(by: .microseconds(200))
                await Task.yield()
            }
        }
        let tally = Tally()
        for _ in 0..<10 {
            for isAway in [true, false] {
                scenario.server.behave { behavior in
                    behavior.isAway = isAway
                    behavior.validationFails = isAway
                }
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 {
                        var random = random.split()
                        group.addTask {
                            for _ in 0..<10 {
                                await use(scenario, &random, tally)
                            }
                        }
                    }
                }
            }
            await scenario.eventually { !scenario.pool.statistics.isServerAway }
            try await scenario.pool.withConnection { _ in }
        }
        await scenario.pool.shutdown()
        time.cancel()
        await time.value
        #expect(scenario.server.open == 0 && scenario.server.violations.isEmpty, "seed \(seed)")
        #expect(tally["served"] > 0 && tally["unexpected"] == 0, "seed \(seed)")
    }
}
