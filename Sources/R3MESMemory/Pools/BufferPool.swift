// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// A bounded store of `ByteBuffer`s by size class: powers of two from the least to the greatest capacity that it keeps.
///
/// Worth having to bound and steady the memory that buffers take, not to make them faster: an allocator that has a block
/// hands it out as fast as any pool (see <doc:Pooling>). A buffer that outgrew the largest class is let go when it is given
/// back. A buffer of which someone still holds a copy may be given back safely: `ByteBuffer` copies on write, so the next taker
/// then gets fresh storage and the copy stays as it is.
public final class BufferPool: Sendable {
    let configuration: Configuration
    private let allocator: ByteBufferAllocator
    private let leastExponent: Int
    private let classes: [PoolShards<ByteBuffer>]
    let housekeeping: PoolHousekeeping

    /// Makes an empty pool.
    ///
    /// - Throws: ``MemoryError`` with the code `invalidConfiguration`.
    public init(
        configuration: Configuration = Configuration(),
        clock: any Clock<Duration> = ContinuousClock(),
        allocator: ByteBufferAllocator = ByteBufferAllocator()
    ) throws(MemoryError) {
        try configuration.validate()
        self.configuration = configuration
        self.allocator = allocator
        let least = Self.exponent(holding: configuration.minimumCapacity)
        let greatest = Self.exponent(holding: configuration.maximumCapacity)
        leastExponent = least
        let share = configuration.maximumIdleBytes / (greatest - least + 1)
        classes = (least...greatest).map { exponent in
            PoolShards(capacity: share >> exponent, shardCount: configuration.shardCount)
        }
        housekeeping = PoolHousekeeping(name: configuration.name, interval: configuration.decayInterval, clock: clock)
    }

    /// What the pool has done so far, over all size classes.
    public var statistics: PoolStatistics {
        var total = PoolStatistics()
        for sizeClass in classes {
            total.add(sizeClass.statistics)
        }
        return total
    }

    /// The bytes of storage that idle buffers hold, by the capacity of their class.
    public var idleBytes: Int {
        classes.enumerated().reduce(0) { bytes, entry in
            bytes + entry.element.statistics.idle << (leastExponent + entry.offset)
        }
    }

    /// Takes an empty buffer of at least the capacity; one larger than the largest class is allocated and never kept.
    public func take(minimumCapacity: Int) -> ByteBuffer {
        let wanted = max(Self.exponent(holding: minimumCapacity), leastExponent)
        guard wanted - leastExponent < classes.count else {
            classes[classes.count - 1].noteCreated()
            return allocator.buffer(capacity: minimumCapacity)
        }
        let sizeClass = classes[wanted - leastExponent]
        if var buffer = sizeClass.take() {
            // Here, not when it is given back: by now the giver's own copy is gone, and clearing needs no new storage.
            buffer.clear()
            return buffer
        }
        sizeClass.noteCreated()
        return allocator.buffer(capacity: 1 << wanted)
    }

    /// Keeps the storage of the buffer for the next taker, unless it is outside the size classes.
    public func giveBack(_ buffer: consuming ByteBuffer) {
        let exponent = Self.exponent(within: buffer.storageCapacity)
        guard exponent >= leastExponent else {
            return classes[0].noteDiscarded(.invalid)
        }
        let largest = classes[classes.count - 1]
        guard buffer.storageCapacity <= 1 << (leastExponent + classes.count - 1) else {
            return largest.noteDiscarded(.oversized)
        }
        classes[exponent - leastExponent].keep(buffer)
    }

    /// Lends an empty buffer to the closure and takes it back on every way out.
    ///
    /// - Throws: What the closure throws.
    public func withBuffer<Result, Failure: Error>(
        minimumCapacity: Int,
        _ body: (inout ByteBuffer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var buffer = take(minimumCapacity: minimumCapacity)
        defer { giveBack(buffer) }
        return try body(&buffer)
    }

    /// Lends an empty buffer to the asynchronous closure and takes it back on every way out, cancellation included.
    ///
    /// - Throws: What the closure throws.
    public func withBuffer<Result, Failure: Error>(
        minimumCapacity: Int,
        _ body: (inout ByteBuffer) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        var buffer = take(minimumCapacity: minimumCapacity)
        defer { giveBack(buffer) }
        return try await body(&buffer)
    }

    /// Lets go of half of the buffers that nobody needed since the last decay; returns how many.
    @discardableResult
    public func decay() -> Int {
        classes.reduce(0) { $0 + $1.decay() }
    }

    /// Lets go of every idle buffer; returns how many.
    ///
    /// The pool stays usable.
    @discardableResult
    public func trim() -> Int {
        classes.reduce(0) { $0 + $1.trim() }
    }

    /// The least power of two that is not below the capacity.
    private static func exponent(holding capacity: Int) -> Int {
        capacity <= 1 ? 0 : Int.bitWidth - (capacity - 1).leadingZeroBitCount
    }

    /// The greatest power of two that is not above the capacity.
    private static func exponent(within capacity: Int) -> Int {
        capacity < 1 ? 0 : Int.bitWidth - 1 - capacity.leadingZeroBitCount
    }
}
