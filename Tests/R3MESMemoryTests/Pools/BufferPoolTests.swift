// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESMemory

@Suite("BufferPool")
struct BufferPoolTests {
    private func makePool(idleBytes: Int = 64 << 16) throws -> BufferPool {
        var configuration = BufferPool.Configuration()
        configuration.minimumCapacity = 1 << 10
        configuration.maximumCapacity = 1 << 16
        configuration.maximumIdleBytes = idleBytes
        configuration.shardCount = 1
        return try BufferPool(configuration: configuration)
    }

    private func storage(_ buffer: ByteBuffer) -> UnsafeRawPointer? {
        buffer.withVeryUnsafeBytes { $0.baseAddress }
    }

    @Test(
        "hands out at least the capacity asked for",
        arguments: [Int.min, -1, 0, 1, 1023, 1024, 1025, 65_536, 65_537, 1 << 20]
    )
    func capacity(minimum: Int) throws {
        let pool = try makePool()
        let buffer = pool.take(minimumCapacity: max(minimum, 0))
        #expect(buffer.storageCapacity >= minimum)
        #expect(buffer.readableBytes == 0)
        #expect(pool.take(minimumCapacity: minimum).storageCapacity >= minimum)
    }

    @Test("hands the same storage out again, empty")
    func reusesStorage() throws {
        let pool = try makePool()
        let first = pool.withBuffer(minimumCapacity: 5000) { buffer in
            buffer.writeRepeatingByte(7, count: 5000)
            return storage(buffer)
        }
        let second = pool.take(minimumCapacity: 6000)
        #expect(storage(second) == first)
        #expect(second.readableBytes == 0)
        #expect(second.storageCapacity == 8192)
        #expect(pool.statistics.reused == 1)
    }

    @Test("does not keep a buffer that outgrew the largest class, nor one under the smallest")
    func discards() throws {
        let pool = try makePool()
        pool.withBuffer(minimumCapacity: 1024) { _ = $0.writeRepeatingByte(1, count: 100_000) }
        pool.giveBack(ByteBufferAllocator().buffer(capacity: 16))
        #expect(pool.statistics.discarded == [.oversized: 1, .invalid: 1])
        #expect(pool.idleBytes == 0)
    }

    @Test("a copy kept by someone stays as it is when the buffer is used again")
    func copyOnWrite() throws {
        let pool = try makePool()
        var kept = ByteBuffer()
        pool.withBuffer(minimumCapacity: 1024) { buffer in
            buffer.writeString("kept")
            kept = buffer
        }
        pool.withBuffer(minimumCapacity: 1024) { _ = $0.writeString("overwritten") }
        #expect(String(buffer: kept) == "kept")
    }

    @Test("gives the buffer back when the closure throws")
    func scopedOnError() async throws {
        struct Failure: Error {}
        let pool = try makePool()
        await #expect(throws: Failure.self) {
            try await pool.withBuffer(minimumCapacity: 2048) { _ in
                await Task.yield()
                throw Failure()
            }
        }
        #expect(pool.idleBytes == 2048)
    }

    @Test("never holds more bytes than its bound")
    func bound() throws {
        var generator = SeededGenerator()
        let pool = try makePool()
        for _ in 0..<200 {
            let buffers = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                pool.take(minimumCapacity: 1 << Int.random(in: 0...17, using: &generator))
            }
            buffers.forEach { pool.giveBack($0) }
            #expect(pool.idleBytes <= 64 << 16, "seed \(generator.seed)")
        }
        #expect(pool.trim() > 0)
        #expect(pool.idleBytes == 0)
    }

    @Test("a burst is not held for ever")
    func decays() throws {
        let pool = try makePool()
        let burst = (0..<64).map { _ in pool.take(minimumCapacity: 1 << 12) }
        burst.forEach { pool.giveBack($0) }
        for _ in 0..<10 { pool.decay() }
        #expect(pool.idleBytes == 0)
    }
}
