// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Testing

@testable import R3MESMemory

@Suite("HeapUsage", .serialized)
struct HeapUsageTests {
    @Test("reads the totals over all arenas, mapped blocks included")
    func parses() {
        let report = """
            <malloc version="1">
            <heap nr="0">
            <total type="fast" count="1" size="32"/>
            <total type="rest" count="2" size="100"/>
            <system type="current" size="1000"/>
            </heap>
            <heap nr="1">
            <total type="rest" count="2" size="50"/>
            <system type="current" size="500"/>
            </heap>
            <total type="fast" count="1" size="32"/>
            <total type="rest" count="4" size="150"/>
            <total type="mmap" count="1" size="4096"/>
            <system type="current" size="1500"/>
            <system type="max" size="9999"/>
            </malloc>
            """
        let usage = HeapUsage(report: report)
        #expect(usage?.inUse == 1500 - 182 + 4096)
        #expect(usage?.retained == 182)
    }

    @Test(
        "a report in another form tells nothing",
        arguments: ["", "<malloc/>", "<system type=\"current\" size=\"x\"/>"]
    )
    func odd(report: String) {
        #expect(HeapUsage(report: report) == nil)
    }

    // In a process of its own, where nothing else allocates meanwhile.
    @Test("follows what is allocated, in arenas and mapped", .enabled(if: HeapUsage.current != nil))
    func live() async {
        await #expect(processExitsWith: .success) {
            let before = try #require(HeapUsage.current)
            let large = UnsafeMutableRawPointer.allocate(byteCount: 64 << 20, alignment: 16)
            let small = (0..<100_000).map { _ in UnsafeMutableRawPointer.allocate(byteCount: 200, alignment: 16) }
            let during = try #require(HeapUsage.current)
            large.deallocate()
            small.forEach { $0.deallocate() }
            let after = try #require(HeapUsage.current)
            #expect(during.inUse - before.inUse > 80 << 20)
            #expect(during.inUse - after.inUse > 80 << 20)
        }
    }

    // Each thread frees nearly all that it has, but so that no arena can shrink from its end.
    @Test(
        "what the arenas of many threads hold after a burst goes back to the system at critical pressure",
        .enabled(if: HeapUsage.current != nil)
    )
    func arenas() async {
        await #expect(processExitsWith: .success) {
            let threads = 8
            let ends = DispatchSemaphore(value: 0)
            for _ in 0..<threads {
                Thread.detachNewThread {
                    let blocks = (0..<16_384).map { _ in
                        let block = UnsafeMutableRawPointer.allocate(byteCount: 1_000, alignment: 16)
                        return block.initializeMemory(as: UInt8.self, repeating: 1, count: 1_000)
                    }
                    for (number, block) in blocks.enumerated() where !number.isMultiple(of: 128) {
                        block.deallocate()
                    }
                    ends.signal()
                }
            }
            for _ in 0..<threads { ends.wait() }
            let before = try MemorySampler().sample().resident
            let fixture = try SystemFixture(SystemFixture.versionTwo(limit: "1000", current: 950, inactive: 0))
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            try MemoryMonitor(sampler: MemorySampler(root: fixture.root), logger: logger).sampleNow()
            let after = try MemorySampler().sample().resident
            #expect(before - after > 64 << 20, "resident before \(before >> 20) MiB, after \(after >> 20) MiB")
        }
    }
}
