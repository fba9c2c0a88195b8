// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Foundation
import Histogram
import R3MESTelemetry
import Synchronization

/// Measures what one observation costs, beside what it is made of: a bare HDR record and a bare atomic addition.
@main
struct TelemetryBenchmark {
    static let rounds = 9
    static let count = 1_000_000

    static func main() throws {
        let registry = try MetricsRegistry()
        let timer = CoreMetrics.Timer(label: "bench", factory: registry)
        let counter = Counter(label: "bench_jobs", factory: registry)
        let profiled = OperationProfiler().operation("bench")
        let plain = Atomic<Int64>(0)
        let locked = Mutex(Histogram<UInt64>(numberOfSignificantValueDigits: .two))
        // Latencies like a server's: most near 300 µs, some of a hundred milliseconds.
        let values = (0..<4096).map { Int64(300_000 + $0 * 97 % 200_000) * ($0 % 100 == 0 ? 300 : 1) }

        print("| operation | 1 thread, ns | 2 threads, ns |\n| --- | --: | --: |")
        measure("bare atomic addition, shared") { _ in plain.wrappingAdd(1, ordering: .relaxed) }
        measure("`Counter.increment`") { _ in counter.increment() }
        try measureOwn("bare HDR record, one histogram per thread", values)
        measure("HDR record behind one lock") { index in
            locked.withLock { _ = $0.record(UInt64(values[index & 4095])) }
        }
        measure("`Timer.recordNanoseconds`") { timer.recordNanoseconds(values[$0 & 4095]) }
        measure("`OperationProfiler.Operation.record`") { profiled.record(.nanoseconds(values[$0 & 4095])) }

        let clock = ContinuousClock()
        let scrape = clock.measure { _ = registry.exposition(in: .openMetrics) }
        print("\nscrape of \(registry.families().count) metrics: \(scrape)")
        print("rounds \(rounds) of \(count) a thread, median; processors \(ProcessInfo.processInfo.processorCount)")
        let cost = registry.families().first { $0.name == "r3mes_telemetry_observation_seconds" }
        if case .distribution(let snapshot)? = cost?.samples.first?.value {
            let nanoseconds = [0.5, 0.99].map { Int((snapshot.quantile($0) * 1e9).rounded()) }
            print("its own metric says p50 \(nanoseconds[0]) ns, p99 \(nanoseconds[1]) ns, with reading the clock")
        }
    }

    /// One line: the median of the rounds, each thread doing all the operations.
    static func measure(_ name: String, _ body: @escaping @Sendable (Int) -> Void) {
        let figures = [1, 2].map { threads in
            median { onThreads(threads) { for index in 0..<count { body(index) } } }
        }
        report(name, figures)
    }

    static func measureOwn(_ name: String, _ values: [Int64]) throws {
        let figures = [1, 2].map { threads in
            median {
                onThreads(threads) {
                    var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .two)
                    for index in 0..<count { histogram.record(UInt64(values[index & 4095])) }
                    precondition(histogram.totalCount == UInt64(count))
                }
            }
        }
        report(name, figures)
    }

    static func report(_ name: String, _ figures: [Double]) {
        let cells = figures.map { String(format: "%.1f", $0) }
        print("| \(name) | \(cells.joined(separator: " | ")) |")
    }

    /// The median of nanoseconds per operation of one thread; the first round warms up.
    static func median(_ round: () -> Void) -> Double {
        let clock = ContinuousClock()
        let figures = (0...rounds).map { _ in clock.measure(round) / .nanoseconds(count) }
        return figures.dropFirst().sorted()[rounds / 2]
    }

    static func onThreads(_ number: Int, _ body: @escaping @Sendable () -> Void) {
        let group = DispatchGroup()
        for _ in 0..<number {
            group.enter()
            Thread.detachNewThread {
                body()
                group.leave()
            }
        }
        group.wait()
    }
}
