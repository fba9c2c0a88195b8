// SPDX-License-Identifier: Apache-2.0

public import Logging
import NIOCore
import R3MESConcurrency
import Synchronization

/// A client of a Redis cluster: a ``RedisClient`` for each master, and commands sent to the one that has their keys.
///
/// - A command goes by its keys; one without keys to any node. Keys of one command must be of one slot, which a hash tag
///   sees to (`{user:1}:name`). `MGET`, `MSET`, `DEL`, `UNLINK`, `EXISTS` and `TOUCH` are split instead: their parts are
///   sent together, and are not done at once. If a part is refused, others may have had their effect.
/// - Slots that move are followed (`MOVED`, `ASK`), for ``Configuration/maximumRedirections`` and the command's timeout
///   at most. What may have been executed is never sent again, as with ``RedisClient``.
/// - The cluster is looked at anew when it has changed or a node is lost, once for all callers. `SCAN` sees one node:
///   ask each of ``masters()``.
///
/// Source: the Redis cluster specification.
public final class RedisClusterClient: RedisCommandExecutor {
    struct State: Sendable {
        var topology: ClusterTopology?
        var nodes: [RedisClient.Endpoint: RedisClient] = [:]
        var lastRefresh: ContinuousClock.Instant?
        var turn = 0
        var isClosed = false
    }

    /// How it finds its nodes.
    public let configuration: Configuration
    let logger: Logger
    let state = Mutex(State())
    let scripts = ScriptDigests()
    let refreshes: SingleFlight<Bool, ClusterTopology>

    /// Makes a client, which connects when it is needed.
    ///
    /// - Throws: ``CacheError`` with ``CacheError/Code/invalidConfiguration``.
    public init(
        _ configuration: Configuration,
        logger: Logger = Logger(label: "r3mes.redis")
    ) throws(CacheError) {
        try configuration.validate()
        self.configuration = configuration
        self.logger = logger
        refreshes = SingleFlight(name: "redis-cluster-\(configuration.node.name)")
    }

    /// Sends a command to the node that has its keys.
    ///
    /// - Throws: As ``RedisClient/send(_:)``; ``CacheError/Code/unsupportedCommand`` if its keys are of different slots;
    ///   ``CacheError/Code/unavailable`` if their node, or the whole cluster, can't be reached.
    public func send(_ command: RedisCommand) async throws -> RESPValue {
        try RedisClient.checkShareable(command)
        let split = try CommandSplit(command)
        let answer = try await split.join(
            split.parts.count == 1 ? [execute(split.parts[0], until: timeLimit)] : executeTogether(split.parts)
        )
        if case .error(let error) = answer {
            throw CacheError.server(error)
        }
        return answer
    }

    /// Sends commands together, to each node its own; answers come in the order of the commands.
    ///
    /// Commands of one node are executed in order, those of different nodes are not.
    public func pipeline(_ commands: [RedisCommand]) async throws -> [RESPValue] {
        var splits: [CommandSplit] = []
        for command in commands {
            try RedisClient.checkShareable(command)
            splits.append(try CommandSplit(command))
        }
        var rest = try await executeTogether(splits.flatMap(\.parts))[...]
        var answers: [RESPValue] = []
        for split in splits {
            answers.append(try split.join(Array(rest.prefix(split.parts.count))))
            rest = rest.dropFirst(split.parts.count)
        }
        return answers
    }

    /// A client for each master, for what concerns a node and not a key.
    ///
    /// They are the cluster's own, and are shut down when their node leaves it.
    public func masters() async throws -> [RedisClient] {
        try await topology().nodes.map { try client(for: $0) }
    }

    /// Waits for the answers to what has been asked, but not longer than this, and closes all connections.
    public func shutdown(within limit: Duration = .seconds(5)) async {
        let nodes = state.withLock { state in
            state.isClosed = true
            defer { state.nodes = [:] }
            return state.nodes.values.map { $0 }
        }
        await withTaskGroup { group in
            for node in nodes {
                group.addTask { await node.shutdown(within: limit) }
            }
        }
    }
}
