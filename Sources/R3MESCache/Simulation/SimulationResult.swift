// SPDX-License-Identifier: Apache-2.0

/// How a cache of one policy and size did on a trace.
public struct SimulationResult: Hashable, Sendable {
    /// The policy.
    public let policy: SimulationPolicy
    /// How many entries the cache held at most.
    public let size: Int
    /// How many requests there were.
    public let requests: Int
    /// How many of them were answered by the cache.
    public let hits: Int

    /// Makes a result.
    public init(policy: SimulationPolicy, size: Int, requests: Int, hits: Int) {
        self.policy = policy
        self.size = size
        self.requests = requests
        self.hits = hits
    }

    /// The share of requests that hit, from 0 to 1; 0 when there were none.
    public var hitRatio: Double {
        requests == 0 ? 0 : Double(hits) / Double(requests)
    }
}
