// SPDX-License-Identifier: Apache-2.0

/// A bounded store of objects that are costly to make, handed out again instead of being made anew.
///
/// Taking and giving back cost some tens of nanoseconds on a thread's own shard (see <doc:Pooling> for when that pays and
/// when it does not). The pool is bounded, shrinks while it is not needed (``run()``), and never keeps an object that has
/// outgrown ``Configuration/maximumObjectSize``, so that one huge request does not pin its buffer for good
/// (golang/go#23199).
///
/// Objects need not be `Sendable`: they enter and leave as `sending` values, so the compiler sees to it that nobody uses an
/// object after giving it back.
public final class ObjectPool<Object>: Sendable {
    let configuration: Configuration
    @usableFromInline let hooks: Hooks
    @usableFromInline let maximumObjectSize: Int?
    @usableFromInline let shards: PoolShards<Object>
    let housekeeping: PoolHousekeeping

    /// Makes an empty pool.
    ///
    /// - Parameters:
    ///   - configuration: Bounds and times.
    ///   - clock: Times the decay in ``run()``.
    ///   - hooks: How objects are made, made clean, checked and measured.
    /// - Throws: ``MemoryError`` with the code `invalidConfiguration`.
    public init(
        configuration: Configuration = Configuration(),
        clock: any Clock<Duration> = ContinuousClock(),
        hooks: Hooks
    ) throws(MemoryError) {
        try configuration.validate()
        self.configuration = configuration
        self.hooks = hooks
        maximumObjectSize = configuration.maximumObjectSize
        shards = PoolShards(capacity: configuration.maximumIdle, shardCount: configuration.shardCount)
        housekeeping = PoolHousekeeping(name: configuration.name, interval: configuration.decayInterval, clock: clock)
    }

    /// Makes an empty pool of objects that need no more than being made and made clean.
    ///
    /// - Throws: ``MemoryError`` with the code `invalidConfiguration`.
    public convenience init(
        configuration: Configuration = Configuration(),
        make: @escaping @Sendable () -> sending Object,
        reset: @escaping @Sendable (inout Object) -> Void = { _ in }
    ) throws(MemoryError) {
        try self.init(configuration: configuration, hooks: Hooks(make: make, reset: reset))
    }

    /// What the pool has done so far; takes each shard's lock once.
    public var statistics: PoolStatistics { shards.statistics }

    /// Takes an idle object that is still valid, or makes one.
    ///
    /// Give it back with ``giveBack(_:)``. An object that is never given back is no leak: it dies like any other, and the
    /// pool makes a new one when it needs it.
    @inlinable
    public func take() -> sending Object {
        while let object = shards.take() {
            if hooks.isValid?(object) ?? true {
                return object
            }
            shards.noteDiscarded(.invalid, wasTaken: true)
        }
        shards.noteCreated()
        return hooks.make()
    }

    /// Makes the object clean and keeps it for the next taker, unless it has grown too large or the pool is full.
    @inlinable
    public func giveBack(_ object: sending Object) {
        var object = object
        if let maximumObjectSize, let size = hooks.size, size(object) > maximumObjectSize {
            shards.noteDiscarded(.oversized)
            return
        }
        hooks.reset?(&object)
        shards.keep(object)
    }
}
