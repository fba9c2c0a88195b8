// SPDX-License-Identifier: Apache-2.0

public import Logging
import Synchronization

/// Watches the memory of the process and tells others when it becomes scarce.
///
/// Each sample goes through a ``MemoryPressureTracker``. When the level changes, responders are called first (caches
/// shrink, pools trim), then the allocator gives back what they freed, then the streams of ``levels()`` see the new level.
///
/// ```swift
/// let monitor = try MemoryMonitor(logger: logger)
/// monitor.add(bufferPool)
/// // monitor.run() in a ServiceGroup
/// ```
public final class MemoryMonitor: Sendable {
    let configuration: Configuration
    let sampler: MemorySampler
    let clock: any Clock<Duration>
    let logger: Logger
    let metrics: MemoryMetrics
    let state: Mutex<MonitorState>
    let trimHeap: @Sendable () -> Bool

    /// Makes a monitor that samples when it is run.
    ///
    /// - Parameters:
    ///   - configuration: Thresholds and times.
    ///   - sampler: Where the figures come from.
    ///   - clock: Times the samples.
    ///   - logger: Hears of each change of the level.
    /// - Throws: ``MemoryError`` with the code `invalidConfiguration`.
    public convenience init(
        configuration: Configuration = Configuration(),
        sampler: MemorySampler = MemorySampler(),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) throws(MemoryError) {
        try self.init(
            configuration: configuration,
            sampler: sampler,
            clock: clock,
            logger: logger,
            trimHeap: { Allocator.giveBackFreeMemory() }
        )
    }

    init(
        configuration: Configuration,
        sampler: MemorySampler,
        clock: any Clock<Duration>,
        logger: Logger,
        trimHeap: @escaping @Sendable () -> Bool
    ) throws(MemoryError) {
        try configuration.validate()
        self.configuration = configuration
        self.sampler = sampler
        self.clock = clock
        self.logger = logger
        self.trimHeap = trimHeap
        metrics = MemoryMetrics()
        state = Mutex(MonitorState(thresholds: configuration.thresholds))
    }

    /// The level as of the last sample.
    public var level: MemoryPressureLevel { state.withLock { $0.tracker.level } }

    /// The last sample, or nil before the first.
    public var lastSample: MemorySample? { state.withLock { $0.lastSample } }

    /// Calls the responder from now on whenever the level changes, and with each sample while it is critical.
    ///
    /// The monitor keeps the responder; meant for what lives as long as the process.
    public func add(_ responder: any MemoryPressureResponder) {
        state.withLock { $0.responders.append(responder) }
    }

    /// The level now and each later level; a slow reader misses intermediate levels, never the last.
    public func levels() -> AsyncStream<MemoryPressureLevel> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: MemoryPressureLevel.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let id = state.withLock { state in
            // Under the lock, so that no change can come between the first level and the next.
            continuation.yield(state.tracker.level)
            return state.subscribe(continuation)
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.unsubscribe(id) }
        }
        return stream
    }

    /// Takes a sample now, acts on it and returns it.
    ///
    /// Blocks for the length of some small reads, about 100 µs.
    ///
    /// - Throws: ``MemoryError`` with the code `unreadable`; the level then stays as it is.
    @discardableResult
    public func sampleNow() throws(MemoryError) -> MemorySample {
        let sample = try sampler.sample()
        let reaction = state.withLock { $0.update(sample, trimsAt: configuration.trimsHeapAt) }
        metrics.record(sample, level: reaction.level)
        if reaction.isChange {
            logger.log(
                level: reaction.level == .normal ? .info : .warning,
                "memory pressure changed",
                metadata: [
                    "level": "\(reaction.level)",
                    "resident": "\(sample.resident)",
                    "used": "\(sample.used ?? 0)",
                    "limit": "\(sample.limit ?? 0)",
                ]
            )
        }
        for responder in reaction.responders {
            responder.respond(to: reaction.level)
        }
        if reaction.trimsHeap {
            _ = trimHeap()
        }
        for subscriber in reaction.subscribers {
            subscriber.yield(reaction.level)
        }
        return sample
    }
}
