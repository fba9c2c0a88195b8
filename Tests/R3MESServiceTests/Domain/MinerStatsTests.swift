// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("Miner statistics")
struct MinerStatsTests {
    @Test("are taken at the ends of their ranges")
    func limits() throws {
        let least = try MinerStats(hashrate: 0, gpuTemperature: -50, blocksFound: 0, uptime: .zero)
        #expect(least.uptime == .zero)
        let most = try MinerStats(
            hashrate: .greatestFiniteMagnitude,
            gpuTemperature: 150,
            blocksFound: .max,
            uptime: .seconds(Int64.max)
        )
        #expect(most.blocksFound == .max)
    }

    @Test(
        "out of range are named",
        arguments: [
            (-0.1, 60, 0, 0, ["hashrate"]),
            (.infinity, 60, 0, 0, ["hashrate"]),
            (.nan, 60, 0, 0, ["hashrate"]),
            (1, -50.1, 0, 0, ["gpu_temperature"]),
            (1, 150.1, 0, 0, ["gpu_temperature"]),
            (1, .nan, 0, 0, ["gpu_temperature"]),
            (1, 60, -1, 0, ["blocks_found"]),
            (1, 60, 0, -1, ["uptime"]),
            (-1, 1000, -1, -1, ["hashrate", "gpu_temperature", "blocks_found", "uptime"]),
        ] as [(Double, Double, Int64, Int64, [String])]
    )
    func refused(hashrate: Double, temperature: Double, blocks: Int64, seconds: Int64, fields: [String]) {
        let error = expect(.invalidFields) {
            try MinerStats(
                hashrate: hashrate,
                gpuTemperature: temperature,
                blocksFound: blocks,
                uptime: .seconds(seconds)
            )
        }
        #expect(error?.fieldErrors.map(\.field) == fields)
    }
}
