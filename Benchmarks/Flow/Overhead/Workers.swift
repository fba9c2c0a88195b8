// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency

extension Comparison {
    /// `WorkerPool` beside goroutines that take jobs from a channel; each job's result goes back to its submitter.
    static func workers() throws -> [Comparison] {
        [
            workers("job, 1 submitter, 4 workers", submitters: 1),
            workers("job, 64 submitters, 4 workers", submitters: 64),
        ]
    }

    private static func workers(_ title: String, submitters: Int) -> Comparison {
        Comparison(
            title,
            (
                "WorkerPool",
                .here { time in
                    let pool = try WorkerPool(configuration: .init(workers: .fixed(4)), logger: .silent)
                    return try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await pool.run() }
                        let value = try await nanosecondsPerOperation(for: time, tasks: submitters) { count in
                            for index in 0..<count {
                                Sink.take(UInt(try await pool.submit { index }))
                            }
                        }
                        pool.drain()
                        try await group.waitForAll()
                        return Measurement(value: value)
                    }
                }
            ),
            ("Go, channel of jobs", .go("workers", argument: "\(submitters)"))
        )
    }
}
