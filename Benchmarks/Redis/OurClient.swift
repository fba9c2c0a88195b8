// SPDX-License-Identifier: Apache-2.0

import Harness
import NIOCore
import R3MESCache

/// The client of this project, with callers that are tasks on Swift's global executor.
struct OurClient: Contestant {
    let name = "r3mes"
    let client: RedisClient

    func fill() async throws {
        for index in 0..<Workload.keyCount {
            try await client.set("key:\(index)", to: Workload.value)
        }
    }

    func measure(_ workload: Workload, for time: Duration) async throws -> Measurement {
        let used = ProcessorTime.ofThisProcess
        let start = NIODeadline.now()
        let end = start + TimeAmount(time)
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for caller in 0..<workload.callers {
                group.addTask { try await call(workload.command, until: end, seed: UInt64(caller + 1)) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let elapsed = Double((NIODeadline.now() - start).nanoseconds)
        let processorTime = ProcessorTime.ofThisProcess - used
        let quantiles = Quantiles(latencies)
        return Measurement(
            value: Double(latencies.count) / elapsed * 1e9,
            notes: [
                "p50": quantiles.at(0.5), "p99": quantiles.at(0.99), "cpu": processorTime / Double(latencies.count),
            ]
        )
    }

    @concurrent
    private func call(_ command: Workload.Command, until end: NIODeadline, seed: UInt64) async throws -> [Double] {
        var random = seed &* 0x9E37_79B9_7F4A_7C15
        func key() -> String {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return "key:\(random >> 33 % UInt64(Workload.keyCount))"
        }
        var latencies: [Double] = []
        latencies.reserveCapacity(16_384)
        var now = NIODeadline.now()
        while now < end {
            switch command {
            case .get: _ = try await client.get(key())
            case .set: try await client.set(key(), to: Workload.value)
            case .mget: _ = try await client.mget((0..<Workload.keysPerRequest).map { _ in key() })
            }
            let last = now
            now = NIODeadline.now()
            latencies.append(Double((now - last).nanoseconds))
        }
        return latencies
    }
}
