// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Where the time of one request went, by phase.
///
/// Bound as a task-local value while the request is answered, so that what is called deep below can add to it.
final class RequestTimings: Sendable {
    /// The timings of the request that the current task answers.
    @TaskLocal static var current: RequestTimings?

    /// What time can be spent on.
    enum Phase: String, CaseIterable {
        case authentication = "auth"
        case database = "db"
    }

    private let phases = Mutex<[Phase: Duration]>([:])

    /// Runs a closure and adds the time that it took, also when it throws.
    static func measure<Value>(_ phase: Phase, _ body: () async throws -> Value) async rethrows -> Value {
        guard let timings = current else { return try await body() }
        let start = ContinuousClock.now
        defer {
            let duration = start.duration(to: .now)
            timings.phases.withLock { $0[phase, default: .zero] += duration }
        }
        return try await body()
    }

    /// The value of a `Server-Timing` header, durations in milliseconds.
    func header(total: Duration) -> String {
        let spent = phases.withLock { $0 }
        var entries = Phase.allCases.compactMap { phase in
            spent[phase].map { "\(phase.rawValue);dur=\($0.millisecondText)" }
        }
        entries.append("total;dur=\(total.millisecondText)")
        return entries.joined(separator: ", ")
    }
}

extension Duration {
    /// Milliseconds with three decimals, none below zero, without Foundation's formatters.
    var millisecondText: String {
        let microseconds = max(components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000, 0)
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
