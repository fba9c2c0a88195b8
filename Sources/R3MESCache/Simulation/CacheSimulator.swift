// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

/// Replays a trace on caches of several policies and sizes, to find out what a cache would be good for.
///
/// ```swift
/// let simulator = CacheSimulator(trace)
/// for result in try await simulator.run(policies: [.wTinyLFU, .lru], sizes: simulator.defaultSizes) {
///     print(result.policy, result.size, result.hitRatio)
/// }
/// ```
///
/// Keys are all of one size and never expire. A miss brings the key in.
public struct CacheSimulator: Sendable {
    /// The trace that is replayed.
    public let trace: KeyTrace

    /// A simulator of a trace.
    public init(_ trace: KeyTrace) {
        self.trace = trace
    }

    /// Sizes in steps of 1, 2 and 5 from about a thousandth of the distinct keys up, at the end one that holds all keys.
    public var defaultSizes: [Int] {
        let most = max(trace.distinctKeys, 1)
        var (sizes, power) = ([Int](), 1)
        while power < most {
            sizes += [1, 2, 5].map { $0 * power }.filter { $0 >= most / 1000 && $0 < most }
            power *= 10
        }
        return sizes + [most]
    }

    /// Replays the trace once for each policy and size.
    ///
    /// Costs 10 to 20 bytes a distinct key and simulation that runs, for ``SimulationPolicy/optimal`` 4 bytes a request
    /// more. Cancellation is noticed every 65,536 requests.
    ///
    /// - Parameters:
    ///   - sizes: How many entries the caches hold. Below 1 counts as 1.
    ///   - maxConcurrency: The most simulations that run at once. The default is 2.
    ///   - onProgress: Is told now and then how many more requests have been replayed; from several tasks.
    /// - Returns: The results, by size and then by policy, in the order given.
    /// - Throws: `CancellationError`; or what the cache of this library says of a size.
    @concurrent
    public func run(
        policies: [SimulationPolicy] = SimulationPolicy.all,
        sizes: [Int],
        maxConcurrency: Int = 2,
        onProgress: (@Sendable (_ requests: Int) -> Void)? = nil
    ) async throws -> [SimulationResult] {
        let nextRequests = policies.contains(.optimal) ? OptimalPolicy.nextRequests(in: trace) : []
        let runs = sizes.flatMap { size in policies.map { (policy: $0, size: max(size, 1)) } }
        return try await runs.concurrentMap(maxConcurrency: maxConcurrency) { policy, size in
            let hits =
                switch policy.kind {
                case .wTinyLFU: try await hits(of: RealCache(capacity: size), onProgress)
                case .lru: try await hits(of: LRUPolicy(capacity: size, distinctKeys: trace.distinctKeys), onProgress)
                case .lfu: try await hits(of: LFUPolicy(capacity: size, distinctKeys: trace.distinctKeys), onProgress)
                case .fifo: try await hits(of: FIFOPolicy(capacity: size, distinctKeys: trace.distinctKeys), onProgress)
                case .sieve:
                    try await hits(of: SIEVEPolicy(capacity: size, distinctKeys: trace.distinctKeys), onProgress)
                case .optimal:
                    try await hits(
                        of: OptimalPolicy(
                            capacity: size,
                            distinctKeys: trace.distinctKeys,
                            nextRequests: nextRequests
                        ),
                        onProgress
                    )
                }
            return SimulationResult(policy: policy, size: size, requests: trace.count, hits: hits)
        }
    }

    @concurrent
    private func hits(
        of policy: consuming some ReplacementPolicy & Sendable,
        _ onProgress: (@Sendable (_ requests: Int) -> Void)?
    ) async throws -> Int {
        var (policy, hits, start) = (policy, 0, 0)
        while start < trace.count {
            try Task.checkCancellation()
            let end = min(start + 65_536, trace.count)
            for key in trace.keys[start..<end] where policy.access(key) {
                hits += 1
            }
            onProgress?(end - start)
            start = end
        }
        return hits
    }
}
