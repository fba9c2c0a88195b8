// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency

extension Comparison {
    /// `withTimeout` beside Go's context.WithTimeout and asyncio.timeout, around work that is done at once.
    static func timeouts() -> [Comparison] {
        [
            Comparison(
                "timeout that does not strike",
                (
                    "withTimeout",
                    .here { time in
                        let value = try await nanosecondsPerOperation(for: time) { count in
                            for index in 0..<count {
                                Sink.take(UInt(try await withTimeout(.seconds(10)) { index }))
                            }
                        }
                        return Measurement(value: value)
                    }
                ),
                // The caller is freed whatever the work does, as with ours.
                ("Go context.WithTimeout, goroutine, select", .go("timeout-select")),
                // The caller waits for the work to notice.
                ("Go context.WithTimeout", .go("timeout")),
                ("asyncio.timeout", .python("timeout")),
                // What a task costs that is begun and awaited, which is in the figure of ours.
                (
                    "for reference: Task and its value",
                    .here { time in
                        let value = try await nanosecondsPerOperation(for: time) { count in
                            for index in 0..<count {
                                Sink.take(UInt(await Task { index }.value))
                            }
                        }
                        return Measurement(value: value)
                    }
                )
            )
        ]
    }
}
