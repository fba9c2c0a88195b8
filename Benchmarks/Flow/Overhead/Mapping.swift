// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency

extension Comparison {
    /// `concurrentMap` beside Go's errgroup with a limit, and asyncio.gather under a semaphore.
    static func mapping() -> [Comparison] {
        [
            Comparison(
                "element of a concurrent map of 1,000, 4 at once",
                (
                    "concurrentMap",
                    .here { time in
                        let value = try await nanosecondsPerOperation(for: time) { count in
                            for _ in 0..<count {
                                let mapped = try await (0..<1_000).concurrentMap(maxConcurrency: 4) { $0 &+ 1 }
                                Sink.take(UInt(mapped[999]))
                            }
                        }
                        return Measurement(value: value / 1_000)
                    }
                ),
                ("Go errgroup.SetLimit(4)", .go("map")),
                ("asyncio.gather, Semaphore(4)", .python("map"))
            )
        ]
    }
}
