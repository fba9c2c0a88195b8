// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import R3MESMemory

@Suite("Peak memory", .serialized)
struct PeakMemoryTests {
    private struct Rows: AsyncSequence {
        let count: Int
        struct Iterator: AsyncIteratorProtocol {
            var left: Int
            mutating func next() async -> [UInt8]? {
                guard left > 0 else { return nil }
                left -= 1
                return [UInt8](repeating: UInt8(truncatingIfNeeded: left), count: 1000)
            }
        }
        func makeAsyncIterator() -> Iterator { Iterator(left: count) }
    }

    @Test("is the greatest of the samples above the start")
    func peak() throws {
        let heap = Mutex([100, 150, 700, 120])
        let probe = try PeakMemoryProbe(sampleEvery: 2) { heap.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
        for _ in 0..<6 { probe.tick() }
        #expect(probe.memory == PeakMemory(start: 100, peak: 700, samples: 4))
        #expect(probe.memory.growth == 600)
    }

    @Test("is never under the start")
    func shrinking() throws {
        let heap = Mutex([100, 50])
        let probe = try PeakMemoryProbe(sampleEvery: 1) { heap.withLock { $0.removeFirst() } }
        probe.sample()
        #expect(probe.memory.growth == 0)
    }

    @Test("where the allocator tells nothing there is no measurement")
    func unreadable() {
        #expect(throws: MemoryError.self) { try PeakMemoryProbe(sampleEvery: 1) { nil } }
    }

    // In a process of its own: the heap of this one grows and shrinks with every test that runs beside.
    @Test(
        "a stream of 100,000 rows needs a hundredth of what a list of them needs",
        .enabled(if: HeapUsage.current != nil)
    )
    func streamAgainstList() async throws {
        await #expect(processExitsWith: .success) {
            let list = try await measurePeakMemory { probe in
                var all: [[UInt8]] = []
                for await row in Rows(count: 100_000).probed(by: probe) { all.append(row) }
                probe.sample()
                return all.count
            }
            let stream = try await measurePeakMemory { probe in
                var bytes = 0
                for await row in Rows(count: 100_000).probed(by: probe) { bytes += row.count }
                return bytes
            }
            #expect(list.result == 100_000)
            #expect(stream.result == 100_000_000)
            #expect(stream.memory.samples > 1000)
            #expect(list.memory.growth > 100 * max(1, stream.memory.growth))
        }
    }
}
