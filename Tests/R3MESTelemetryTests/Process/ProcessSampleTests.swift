// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTelemetry
import Testing

@Suite("ProcessSample")
struct ProcessSampleTests {
    @Test("what the system tells of this process is plausible")
    func sample() throws {
        let sample = ProcessSample()
        #expect(try #require(sample.cpuSeconds) > 0)
        #expect(try #require(sample.maximumFiles) > 10)
        #if os(Linux)
        #expect(try #require(sample.residentBytes) > 1_000_000)
        #expect(try #require(sample.virtualBytes) > sample.residentBytes ?? 0)
        #expect(try #require(sample.threads) >= 1)
        #expect(try #require(sample.openFiles) >= 3)
        let start = try #require(sample.startTime)
        #expect(start < Date().timeIntervalSince1970 + 2 && start > Date().timeIntervalSince1970 - 86_400)
        #endif
    }

    @Test("all of it is published")
    func published() {
        #if os(Linux)
        #expect(ProcessSample.families().map(\.name) == MetricCatalog.Group.process.metrics.map(\.name))
        #endif
    }
}
