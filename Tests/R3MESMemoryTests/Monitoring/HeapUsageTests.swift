// SPDX-License-Identifier: Apache-2.0

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
}
