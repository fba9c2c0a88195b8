// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESConcurrency
import Synchronization

extension RedisClusterClient {
    /// The node of a slot, or of none in turn.
    func endpoint(for slot: Int?) async throws -> RedisClient.Endpoint {
        let topology = try await topology()
        if let slot {
            // Whichever node is asked says what is wrong with a slot that nobody has.
            return topology.node(of: slot) ?? topology.nodes[0]
        }
        let turn = state.withLock { state in
            state.turn &+= 1
            return state.turn
        }
        return topology.nodes[Int(UInt(bitPattern: turn) % UInt(topology.nodes.count))]
    }

    /// What is known of the cluster, which is asked if nothing is.
    func topology() async throws -> ClusterTopology {
        if let known = state.withLock({ $0.topology }) { return known }
        return try await refresh(avoiding: nil)
    }

    /// The client of a node, made if there is none.
    func client(for node: RedisClient.Endpoint) throws(CacheError) -> RedisClient {
        let client = state.withLock { state -> Result<RedisClient, CacheError> in
            guard !state.isClosed else { return .failure(CacheError(.closed, "the client has been shut down")) }
            if let client = state.nodes[node] { return .success(client) }
            guard state.nodes.count < 2 * ClusterTopology.maximumNodes else {
                return .failure(CacheError(.queueFull, "the cluster names more nodes than can be"))
            }
            return Result { () throws(CacheError) in
                let client = try RedisClient(configuration.configuration(of: node), logger: logger)
                state.nodes[node] = client
                return client
            }
        }
        return try client.get()
    }

    /// Remembers where a slot is now, and has the rest of the cluster looked at.
    func note(_ redirection: ClusterRedirection) {
        guard case .moved(let slot, let node) = redirection else { return }
        state.withLock { state in
            guard state.topology?.node(of: slot) != node else { return }
            // One node too many leaves the table as it is until the cluster has been asked.
            try? state.topology?.assign(slot, to: node)
        }
        refreshLater(avoiding: nil)
    }

    /// Looks at the cluster for nobody in particular, unless that was done a moment ago.
    func refreshLater(avoiding node: RedisClient.Endpoint?) {
        guard mayRefresh else { return }
        // Bounded by the timeouts of the commands it sends; one flight for all.
        Task.detached { [weak self] in
            _ = try? await self?.refresh(avoiding: node)
        }
    }

    private var mayRefresh: Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            guard let last = state.lastRefresh else { return true }
            return last.duration(to: .now) >= configuration.minimumRefreshInterval
        }
    }

    /// What the cluster is now, or was a moment ago.
    ///
    /// - Parameter node: One that is asked last, since it may be away.
    @discardableResult
    func refresh(avoiding node: RedisClient.Endpoint?) async throws -> ClusterTopology {
        if !mayRefresh, let known = state.withLock({ $0.topology }) { return known }
        do {
            return try await refreshes.run(true) { [weak self] in
                guard let self else { throw CancellationError() }
                return try await askForTopology(avoiding: node)
            }
        } catch is ConcurrencyError {
            throw CacheError(.deadlineExceeded, "the cluster did not answer in time")
        }
    }

    private func askForTopology(avoiding avoided: RedisClient.Endpoint?) async throws -> ClusterTopology {
        let known = state.withLock { state in
            state.lastRefresh = .now
            return state.topology?.nodes ?? []
        }
        var seen: Set<RedisClient.Endpoint> = []
        let candidates = (known + configuration.seeds).filter { $0 != avoided && seen.insert($0).inserted }
        var command = RedisCommand("CLUSTER")
        command.append("SLOTS")
        var failure = CacheError(.unavailable, "no node of the cluster can be reached")
        for node in candidates + [avoided].compactMap({ $0 }) {
            do {
                let answer = try await client(for: node).send(command)
                let topology = try ClusterTopology(slots: answer, from: node)
                guard !topology.nodes.isEmpty else {
                    throw CacheError(.unavailable, "the cluster has no node with slots")
                }
                use(topology)
                return topology
            } catch let error as CacheError where error.code != .authenticationFailed {
                failure = error
            }
        }
        // Not sent, whatever became of the questions.
        throw failure.code == .serverError || failure.code == .closed
            ? failure : CacheError(.unavailable, "no node of the cluster describes it", underlying: failure)
    }

    /// Takes what the cluster is now; clients of nodes that left it end when their last answer has come.
    private func use(_ topology: ClusterTopology) {
        let dropped = state.withLock { state in
            guard !state.isClosed else { return [RedisClient]() }
            state.topology = topology
            let gone = state.nodes.filter { !topology.nodes.contains($0.key) }
            for node in gone.keys { state.nodes[node] = nil }
            return Array(gone.values)
        }
        let limit = configuration.node.commandTimeout
        for client in dropped {
            Task.detached { await client.shutdown(within: limit) }
        }
    }
}
