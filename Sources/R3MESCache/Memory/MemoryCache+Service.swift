// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
public import ServiceLifecycle

extension MemoryCache: Service {
    /// Removes entries soon after their time is over, and reports metrics, until cancelled or told to stop.
    ///
    /// A cache works without: then ended entries keep their place until a write finds them.
    ///
    /// Each second it removes what has ended and sets, with the dimension `name`: the counters `r3mes_cache_hits_total`,
    /// `…_misses_total`, `…_loads_total`, `…_failed_loads_total`, `…_refused_total` and `…_removals_total` (by `cause`), and the gauges
    /// `r3mes_cache_entries` and `r3mes_cache_weight`.
    public func run() async throws {
        let metrics = CacheMetrics(name: configuration.name)
        await cancelWhenGracefulShutdown { [self] in
            var last = Statistics()
            while !Task.isCancelled {
                removeExpired()
                let now = statistics
                metrics.report(now, since: last)
                last = now
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}

/// The metrics of a cache.
private struct CacheMetrics {
    private let name: String
    private let hits: Counter
    private let misses: Counter
    private let loads: Counter
    private let failedLoads: Counter
    private let refused: Counter
    private let removals: [(cause: RemovalCause.Kind, counter: Counter)]
    private let entries: Gauge
    private let weight: Gauge

    init(name: String) {
        self.name = name
        let dimensions = [("name", name)]
        hits = Counter(label: "r3mes_cache_hits_total", dimensions: dimensions)
        misses = Counter(label: "r3mes_cache_misses_total", dimensions: dimensions)
        loads = Counter(label: "r3mes_cache_loads_total", dimensions: dimensions)
        failedLoads = Counter(label: "r3mes_cache_failed_loads_total", dimensions: dimensions)
        refused = Counter(label: "r3mes_cache_refused_total", dimensions: dimensions)
        removals = RemovalCause.Kind.allCases.map { cause in
            (cause, Counter(label: "r3mes_cache_removals_total", dimensions: dimensions + [("cause", cause.rawValue)]))
        }
        entries = Gauge(label: "r3mes_cache_entries", dimensions: dimensions)
        weight = Gauge(label: "r3mes_cache_weight", dimensions: dimensions)
    }

    func report<Key, Value>(_ now: MemoryCache<Key, Value>.Statistics, since last: MemoryCache<Key, Value>.Statistics) {
        hits.increment(by: now.hits - last.hits)
        misses.increment(by: now.misses - last.misses)
        loads.increment(by: now.loads - last.loads)
        failedLoads.increment(by: now.failedLoads - last.failedLoads)
        refused.increment(by: now.refused - last.refused)
        for (cause, counter) in removals {
            counter.increment(by: now.removals(cause) - last.removals(cause))
        }
        entries.record(now.count)
        weight.record(now.weight)
    }
}

extension MemoryCache.Statistics {
    fileprivate func removals(_ cause: RemovalCause.Kind) -> Int {
        switch cause {
        case .replaced: replaced
        case .removed: removed
        case .expired: expired
        case .evicted: evicted
        }
    }
}
