// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESBatch

extension Comparison {
    /// `DataLoader` beside aiodataloader: 1,000 loads at once, each in a task of its own.
    static func loaders() throws -> [Comparison] {
        let calls = Tally()
        let loader = try DataLoader<Int, Int> { batch in
            calls.add()
            return Dictionary(uniqueKeysWithValues: batch.keys.map { ($0, $0) })
        }
        return [
            Comparison(
                "1,000 loads at once (per load, with its task)",
                (
                    "DataLoader",
                    .here { time in
                        let loads = Tally()
                        calls.reset()
                        let value = try await nanosecondsPerOperation(for: time) { count in
                            for _ in 0..<count {
                                try await loadThousand(loader)
                            }
                            loads.add(count)
                        }
                        let batches = Double(calls.value) / Double(loads.value)
                        return Measurement(value: value / 1_000, notes: ["calls for 1,000 loads": batches])
                    }
                ),
                ("aiodataloader", .python("loader-1000"))
            )
        ]
    }

    private static func loadThousand(_ loader: DataLoader<Int, Int>) async throws {
        try await withThrowingTaskGroup { group in
            for key in 0..<1_000 {
                group.addTask { Sink.take(UInt(try await loader.load(key))) }
            }
            try await group.waitForAll()
        }
    }
}
