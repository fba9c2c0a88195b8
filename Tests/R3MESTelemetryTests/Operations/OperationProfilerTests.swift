// SPDX-License-Identifier: Apache-2.0

import R3MESTelemetry
import R3MESTestSupport
import Testing

@Suite("OperationProfiler")
struct OperationProfilerTests {
    private struct Failure: Error {}

    @Test("it counts, times and tells errors, with the costliest operation first")
    func statistics() async throws {
        let clock = TestClock()
        let profiler = OperationProfiler(clock: clock)
        await profiler.measure("short") { clock.advance(by: .milliseconds(1)) }
        await #expect(throws: Failure.self) {
            try await profiler.measure("long") {
                clock.advance(by: .milliseconds(100))
                throw Failure()
            }
        }
        for _ in 0..<99 { profiler.operation("long").record(.milliseconds(10)) }
        let statistics = profiler.statistics
        #expect(statistics.map(\.name) == ["long", "short"])
        let long = try #require(statistics.first)
        #expect(long.count == 100 && long.errors == 1)
        #expect(abs(long.total / .milliseconds(1_090) - 1) < 1e-6)
        #expect(abs(long.p50 / .milliseconds(10) - 1) < 0.01)
        #expect(abs(long.p99 / .milliseconds(10) - 1) < 0.01)
        #expect(abs(long.p999 / .milliseconds(100) - 1) < 0.01)
        #expect(abs(long.maximum / .milliseconds(100) - 1) < 0.01)
    }

    @Test("names beyond the limit count together")
    func limit() {
        let profiler = OperationProfiler(maximumOperations: 2)
        for name in ["a", "b", "c", "d"] { profiler.operation(name).record(.seconds(1)) }
        let counts = Dictionary(uniqueKeysWithValues: profiler.statistics.map { ($0.name, $0.count) })
        #expect(counts == ["a": 1, "b": 1, OperationProfiler.overflowName: 2])
    }
}
