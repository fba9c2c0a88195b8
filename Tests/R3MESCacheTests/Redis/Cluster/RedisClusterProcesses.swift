// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

/// Three masters on loopback, each with a third of the slots.
struct RedisClusterProcesses: Sendable {
    struct Node: Sendable {
        let server: RedisServerProcess
        let client: RedisClient
        let id: String
    }

    let nodes: [Node]

    static func with(_ body: (RedisClusterProcesses) async throws -> Void) async throws {
        try await start(count: 3, []) { started in
            var nodes: [Node] = []
            for (server, client, _) in started {
                nodes.append(Node(server: server, client: client, id: try await client.text("CLUSTER", "MYID")))
            }
            let cluster = RedisClusterProcesses(nodes: nodes)
            for (index, node) in nodes.enumerated() {
                let (first, next) = (index * ClusterSlot.count / 3, (index + 1) * ClusterSlot.count / 3)
                _ = try await node.client.command("CLUSTER", "ADDSLOTSRANGE", first, next - 1)
                _ = try await node.client.command("CLUSTER", "SET-CONFIG-EPOCH", index + 1)
            }
            for other in started.dropFirst() {
                _ = try await nodes[0].client.command("CLUSTER", "MEET", "127.0.0.1", other.0.port, other.2)
            }
            try await eventually {
                for node in nodes {
                    let info: String = try await node.client.text("CLUSTER", "INFO")
                    guard info.contains("cluster_state:ok"), info.contains("cluster_slots_assigned:16384") else {
                        return false
                    }
                }
                return true
            }
            try await body(cluster)
        }
    }

    private typealias Started = (RedisServerProcess, RedisClient, Int)

    private static func start(
        count: Int,
        _ started: [Started],
        _ body: ([Started]) async throws -> Void
    ) async throws {
        guard started.count < count else { return try await body(started) }
        let bus = try freePort()
        let arguments = [
            "--cluster-enabled", "yes", "--cluster-port", "\(bus)", "--cluster-node-timeout", "2000",
            "--cluster-require-full-coverage", "no",
        ]
        try await RedisServerProcess.with(arguments) { server in
            try await withClient(server.configuration) { client in
                try await start(count: count, started + [(server, client, bus)], body)
            }
        }
    }

    var configuration: RedisClusterClient.Configuration {
        var configuration = RedisClusterClient.Configuration(
            seeds: nodes.map { .host("127.0.0.1", port: $0.server.port) }
        )
        configuration.node.commandTimeout = .seconds(20)
        return configuration
    }

    /// Moves a slot with its keys, as `redis-cli --cluster reshard` does.
    func move(_ slot: Int, from source: Int, to target: Int) async throws {
        let (from, to) = (nodes[source], nodes[target])
        _ = try await to.client.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id)
        _ = try await from.client.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id)
        while true {
            let keys = try await [String](resp: from.client.command("CLUSTER", "GETKEYSINSLOT", slot, 3))
            if keys.isEmpty { break }
            let head: [any RedisArgument] = ["127.0.0.1", to.server.port, "", 0, 5000, "KEYS"]
            _ = try await from.client.send(RedisCommand("MIGRATE", head + keys.map { $0 as any RedisArgument }))
            // Leaves the slot half moved for as long as it takes others to meet it.
            await Task.yield()
        }
        for node in [to, from] + nodes.filter({ $0.id != to.id && $0.id != from.id }) {
            _ = try await node.client.command("CLUSTER", "SETSLOT", slot, "NODE", to.id)
        }
    }
}

extension RedisClient {
    fileprivate func text(_ name: String, _ argument: String) async throws -> String {
        try await String(resp: command(name, argument))
    }
}

/// Runs a test with a client of a cluster, which is shut down afterwards.
func withCluster(
    _ configuration: RedisClusterClient.Configuration,
    _ body: (RedisClusterClient) async throws -> Void
) async throws {
    try await RedisClusterClient(configuration).use(body)
}
