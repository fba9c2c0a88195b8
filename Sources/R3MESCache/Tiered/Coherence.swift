// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import Synchronization

/// Holds the ``CoherenceState`` of a cache and does what it asks for.
final class Coherence: Sendable {
    let ticker: Ticker
    private let state: Mutex<CoherenceState>
    /// Read by every read, hence no lock.
    private let trustedUntil = Atomic(Int64.min)
    private let flush: @Sendable () -> Void
    private let metrics: CoherenceMetrics
    private let logger: Logger

    init(
        limits: CoherenceState.Limits,
        name: String,
        logger: Logger,
        ticker: Ticker,
        flush: @escaping @Sendable () -> Void
    ) {
        state = Mutex(CoherenceState(limits: limits))
        metrics = CoherenceMetrics(name: name)
        self.logger = logger
        self.ticker = ticker
        self.flush = flush
    }

    /// Whether memory may be read now.
    var isTrusted: Bool {
        let until = trustedUntil.load(ordering: .acquiring)
        return until > .min && ticker.now < until
    }

    var path: CoherenceState.Path {
        state.withLock { $0.path(now: ticker.now) }
    }

    var status: TieredCacheStatus {
        let (path, pending) = state.withLock { ($0.path(now: ticker.now), $0.journalCount) }
        return TieredCacheStatus(path, pendingInvalidations: pending)
    }

    func listen() {
        change { $0.listen(now: ticker.now) }
        logger.debug("Redis tells of changes")
    }

    func lose() {
        change { $0.lose() }
    }

    func miss() {
        change { $0.miss() }
    }

    func nextProbe() -> Int? {
        change { $0.nextProbe(now: ticker.now) }
    }

    func receive(probe number: Int) {
        if let delay = change({ $0.receive(probe: number, now: ticker.now) }) {
            metrics.delay.recordNanoseconds(delay)
        }
    }

    func succeed() {
        state.withLock { $0.succeed() }
    }

    func failRead() {
        metrics.failures.increment()
        if change({ $0.failRead(now: ticker.now) }) {
            logger.warning("Redis fails: the cache goes on without it")
        }
    }

    func beginWrite(_ entries: [InvalidationJournal.Entry]) -> Bool {
        change { $0.beginWrite(entries) }
    }

    func failWrite(_ entries: [InvalidationJournal.Entry]) {
        metrics.failures.increment()
        if change({ $0.failWrite(entries, now: ticker.now) }) {
            logger.warning(
                "Redis could not be told of an invalidation: the cache goes on without it, and tells it later"
            )
        }
    }

    /// Tells Redis what it has missed, if it is time to try.
    func recover(_ tell: (Set<InvalidationJournal.Entry>) async throws -> Void) async {
        guard change({ $0.beginRecovery(now: ticker.now) }) else { return }
        do {
            // Even with nothing to tell: that shows whether Redis is there.
            try await tell([])
            while let entries = change({ $0.nextRecoveryStep() }) {
                try await tell(entries)
            }
            logger.notice("Redis is back, and has been told of what was invalidated meanwhile")
        } catch {
            change { $0.failRecovery(now: ticker.now) }
        }
    }

    @discardableResult
    private func change<Result: Sendable>(_ body: (inout CoherenceState) -> Result) -> Result {
        let (result, number) = state.withLock { state in
            let result = body(&state)
            let number = state.takeFlush()
            publish(state)
            return (result, number)
        }
        if let number {
            // Outside the lock, since it takes those of all shards; nothing is trusted until it is done.
            flush()
            metrics.flushes.increment()
            state.withLock { state in
                state.flushed(number)
                publish(state)
            }
        }
        return result
    }

    private func publish(_ state: CoherenceState) {
        trustedUntil.store(state.trustedUntil, ordering: .releasing)
        metrics.pending.record(state.journalCount)
        metrics.isolated.record(state.isReachable ? 0 : 1)
    }
}

/// The metrics of the coherence of one cache.
struct CoherenceMetrics: Sendable {
    let delay: CoreMetrics.Timer
    let flushes: Counter
    let failures: Counter
    let pending: Gauge
    let isolated: Gauge

    init(name: String) {
        let dimensions = [("name", name)]
        delay = CoreMetrics.Timer(label: "r3mes_tiered_cache_invalidation_seconds", dimensions: dimensions)
        flushes = Counter(label: "r3mes_tiered_cache_flushes_total", dimensions: dimensions)
        failures = Counter(label: "r3mes_tiered_cache_redis_failures_total", dimensions: dimensions)
        pending = Gauge(label: "r3mes_tiered_cache_pending_invalidations", dimensions: dimensions)
        isolated = Gauge(label: "r3mes_tiered_cache_isolated", dimensions: dimensions)
    }
}
