// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency

extension Comparison {
    /// `SingleFlight` beside Go's x/sync/singleflight.
    static func singleFlights() -> [Comparison] {
        [alone(), shared()]
    }

    private static func alone() -> Comparison {
        let flight = SingleFlight<Int, Int>()
        return Comparison(
            "single flight, 1 caller",
            (
                "SingleFlight",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time) { count in
                        for key in 0..<count {
                            Sink.take(UInt(try await flight.run(key) { key }))
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            ("Go singleflight", .go("flight-1"))
        )
    }

    /// 64 callers, each in a task that is begun for the purpose; the work lasts until the others had their turn.
    private static func shared() -> Comparison {
        let flight = SingleFlight<Int, Int>()
        return Comparison(
            "single flight, 64 callers of a key (per caller, with its task)",
            (
                "SingleFlight",
                .here { time in
                    let runs = Tally()
                    let calls = Tally()
                    let value = try await nanosecondsPerOperation(for: time) { count in
                        for key in 0..<count {
                            try await withThrowingTaskGroup { group in
                                for _ in 0..<64 {
                                    group.addTask {
                                        _ = try await flight.run(key) {
                                            runs.add()
                                            await Task.yield()
                                            return key
                                        }
                                    }
                                }
                                try await group.waitForAll()
                            }
                        }
                        calls.add(64 * count)
                    }
                    let share = Double(runs.value) / Double(calls.value)
                    return Measurement(value: value / 64, notes: ["executions a call": share])
                }
            ),
            ("Go singleflight", .go("flight-64"))
        )
    }
}
