// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import R3MESMemory

@Suite("MemorySampler")
struct MemorySamplerTests {
    @Test("reads a version 2 control group")
    func versionTwo() throws {
        let fixture = try SystemFixture(SystemFixture.versionTwo(limit: "1000", current: 900, inactive: 300))
        let sample = try MemorySampler(root: fixture.root).sample()
        #expect(sample.limit == 1000)
        #expect(sample.stall?.some == 0.125)
        #expect(sample.stall?.all == 0.0225)
        #expect(sample.limitHits == 7)
        #expect(sample.resident % 2000 == 0)
        #expect(sample.resident == sample.fileBacked * 4)
    }

    @Test("page cache that gives way by itself does not count as used")
    func pageCache() throws {
        let fixture = try SystemFixture(SystemFixture.versionTwo(limit: "1000", current: 990, inactive: 890))
        let sample = try MemorySampler(root: fixture.root).sample()
        #expect(sample.used == 100)
        var tracker = MemoryPressureTracker()
        #expect(tracker.update(MemoryPressureReading(utilisation: sample.utilisation)) == nil)
    }

    @Test("the level nearest to its limit counts, be it an ancestor")
    func ancestors() throws {
        var files = SystemFixture.versionTwo(path: "/a/b/c", limit: "max", current: 100, inactive: 0)
        files["sys/fs/cgroup/a/b/memory.max"] = "2000\n"
        files["sys/fs/cgroup/a/b/memory.current"] = "500\n"
        files["sys/fs/cgroup/a/memory.max"] = "max\n"
        files["sys/fs/cgroup/a/memory.high"] = "4000\n"
        files["sys/fs/cgroup/a/memory.current"] = "3000\n"
        let fixture = try SystemFixture(files)
        let sample = try MemorySampler(root: fixture.root).sample()
        #expect(sample.limit == 4000)
        #expect(sample.used == 3000)
    }

    @Test("reads a version 1 control group")
    func versionOne() throws {
        var files = SystemFixture.machine
        files["proc/self/cgroup"] = "4:memory:/app\n3:cpu,cpuacct:/\n0::/\n"
        files["sys/fs/cgroup/memory/app/memory.limit_in_bytes"] = "5000\n"
        files["sys/fs/cgroup/memory/app/memory.usage_in_bytes"] = "4500\n"
        files["sys/fs/cgroup/memory/app/memory.stat"] = "cache 1\ntotal_inactive_file 1500\n"
        files["sys/fs/cgroup/memory/app/memory.failcnt"] = "9\n"
        files["proc/pressure/memory"] = "some avg10=1.00 avg60=0 avg300=0 total=0\n"
        let fixture = try SystemFixture(files)
        let sample = try MemorySampler(root: fixture.root).sample()
        #expect(sample.limit == 5000)
        #expect(sample.used == 3000)
        #expect(sample.limitHits == 9)
        #expect(sample.stall?.some == 0.01)
        #expect(sample.stall?.all == 0)
    }

    @Test(
        "without a limit of its own the machine is the limit",
        arguments: ["9223372036854771712", "max", "", "-1x", "99999999999999999999"]
    )
    func noLimit(limit: String) throws {
        var files = SystemFixture.versionTwo(limit: limit, current: 100, inactive: 0)
        files["proc/self/cgroup"] = "4:memory:/app\n0::/app\n"
        files["sys/fs/cgroup/memory/app/memory.limit_in_bytes"] = limit
        files["sys/fs/cgroup/memory/app/memory.usage_in_bytes"] = "100\n"
        let fixture = try SystemFixture(files)
        let sample = try MemorySampler(root: fixture.root).sample()
        #expect(sample.limit == 1_000_000 << 10)
        #expect(sample.used == 100_000 << 10)
    }

    @Test("a path that leads out of the namespace stays under the mount")
    func namespace() throws {
        var files = SystemFixture.versionTwo(path: "", limit: "1000", current: 700, inactive: 0)
        files["proc/self/cgroup"] = "0::/../../other\n"
        let fixture = try SystemFixture(files)
        #expect(try MemorySampler(root: fixture.root).sample().used == 700)
    }

    @Test("needs no right to write anything")
    func readsOnly() throws {
        let fixture = try SystemFixture(SystemFixture.versionTwo(limit: "1000", current: 900, inactive: 300))
        try fixture.protect()
        let sample = try MemorySampler(root: fixture.root).sample()
        #expect(sample.stall != nil)
        #expect(sample.limitHits == 7)
    }

    @Test(
        "a resident size that cannot be read is an error, whatever the file holds",
        arguments: [nil, "", "1 2", "a b c", "1 9223372036854775807 1 1\n"]
    )
    func unreadable(statm: String?) throws {
        var files = SystemFixture.machine
        files["proc/self/statm"] = statm
        let fixture = try SystemFixture(files)
        let error = #expect(throws: MemoryError.self) { try MemorySampler(root: fixture.root).sample() }
        #expect(error?.code == .unreadable)
    }

    @Test(
        "odd files are taken as not there",
        arguments: ["", "\n\n", ":::", "some avg10=x", "full", "MemTotal: -5 kB\nMemAvailable: 7 kB", "\u{0}\u{1}"]
    )
    func oddFiles(text: String) throws {
        var files = SystemFixture.versionTwo(limit: "1000", current: 900, inactive: 300)
        for path in files.keys where path != "proc/self/statm" {
            files[path] = text
        }
        let fixture = try SystemFixture(files)
        let sample = try MemorySampler(root: fixture.root).sample()
        #expect(sample.limit == nil)
        #expect(sample.stall == nil)
    }

    #if os(Linux)
    @Test("tells this process's own memory")
    func thisSystem() throws {
        let sample = try MemorySampler().sample()
        #expect(sample.resident > 1 << 20)
        #expect(try #require(sample.limit) > sample.resident)
        #expect(sample.heap?.inUse ?? .max > 1 << 10)
    }
    #endif
}
