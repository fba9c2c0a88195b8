// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency

extension Comparison {
    /// `ConcurrencyLimiter` beside the semaphores of Go's x/sync and of asyncio.
    static func semaphores() throws -> [Comparison] {
        try [
            semaphore("permit, free, 1 task", id: "semaphore-1", tasks: 1, limit: 2),
            semaphore("permit, free, 2 tasks", id: "semaphore-2", tasks: 2, limit: 2),
            semaphore("permit, free, 64 tasks", id: "semaphore-64", tasks: 64, limit: 64),
            waiting(),
            yielding(),
            adaptive(),
        ]
    }

    private static func semaphore(_ title: String, id: String, tasks: Int, limit: Int) throws -> Comparison {
        let limiter = try ConcurrencyLimiter(configuration: .init(limit: limit))
        return Comparison(
            title,
            (
                "ConcurrencyLimiter",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time, tasks: tasks) { count in
                        for _ in 0..<count {
                            try await limiter.withPermit {}
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            ("Go semaphore.Weighted", .go(id)),
            ("asyncio.Semaphore", .python(id))
        )
    }

    /// 64 tasks share 4 permits and hold each while others get their turn, so nearly every permit is handed over.
    private static func waiting() throws -> Comparison {
        let limiter = try ConcurrencyLimiter(configuration: .init(limit: 4))
        return Comparison(
            "permit, waited for, 64 tasks on 4 permits",
            (
                "ConcurrencyLimiter",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time, tasks: 64) { count in
                        for _ in 0..<count {
                            try await limiter.withPermit { await Task.yield() }
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            ("Go semaphore.Weighted", .go("semaphore-wait")),
            ("asyncio.Semaphore", .python("semaphore-wait"))
        )
    }

    /// What is in the figures of ``waiting()`` besides the permits.
    private static func yielding() -> Comparison {
        Comparison(
            "for reference: a yield, 64 tasks",
            (
                "Task.yield",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time, tasks: 64) { count in
                        for _ in 0..<count {
                            await Task.yield()
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            ("Go runtime.Gosched", .go("yield-64")),
            ("asyncio.sleep(0)", .python("yield-64"))
        )
    }

    private static func adaptive() throws -> Comparison {
        let limiter = try AdaptiveLimiter()
        return Comparison(
            "adaptive permit, free, 1 task",
            (
                "AdaptiveLimiter",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time) { count in
                        for _ in 0..<count {
                            try await limiter.withPermit {}
                        }
                    }
                    return Measurement(value: value)
                }
            )
        )
    }
}
