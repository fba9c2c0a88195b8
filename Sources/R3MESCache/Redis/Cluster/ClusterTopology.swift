// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Which node has which slots, as a node said by `CLUSTER SLOTS`.
struct ClusterTopology: Hashable, Sendable {
    /// More nodes than that are no cluster: the specification advises at most 1000.
    static let maximumNodes = 1024

    /// The nodes that have slots.
    private(set) var nodes: [RedisClient.Endpoint] = []
    /// The index of each slot's node; -1 for a slot that no node has.
    private var owners = [Int16](repeating: -1, count: ClusterSlot.count)

    /// Reads an answer to `CLUSTER SLOTS`; a node whose host is left out has the host that was asked.
    init(slots answer: RESPValue, from asked: RedisClient.Endpoint) throws(CacheError) {
        guard let ranges = answer.elements else { throw .unexpected(answer, for: "the slots of a cluster") }
        guard ranges.count <= ClusterSlot.count else { throw Self.malformed }
        for range in ranges {
            guard let parts = range.elements, parts.count >= 3, let master = parts[2].elements, master.count >= 2,
                case .integer(let first) = parts[0], case .integer(let last) = parts[1],
                case .integer(let port) = master[1],
                first >= 0, first <= last, last < ClusterSlot.count
            else { throw Self.malformed }
            let host = master[0].bytes.map { String(buffer: $0) } ?? ""
            guard let node = RedisClient.Endpoint.clusterNode(host: host, port: Int(port), from: asked) else {
                throw Self.malformed
            }
            for slot in Int(first)...Int(last) {
                guard owners[slot] < 0 else { throw Self.malformed }
                try assign(slot, to: node)
            }
        }
    }

    /// The node that has a slot; nil if none has.
    func node(of slot: Int) -> RedisClient.Endpoint? {
        owners[slot] < 0 ? nil : nodes[Int(owners[slot])]
    }

    /// Notes where a slot is now.
    mutating func assign(_ slot: Int, to node: RedisClient.Endpoint) throws(CacheError) {
        if let index = nodes.firstIndex(of: node) {
            owners[slot] = Int16(index)
            return
        }
        guard nodes.count < Self.maximumNodes else { throw Self.malformed }
        owners[slot] = Int16(nodes.count)
        nodes.append(node)
    }

    private static var malformed: CacheError {
        CacheError(.unexpectedReply, "the description of the cluster can't be used")
    }
}

extension RedisClient.Endpoint {
    /// A node as another one names it; nil if it can't be one.
    static func clusterNode(host: String, port: Int, from asked: Self) -> Self? {
        guard (1...65_535).contains(port), host.utf8.count <= 255 else { return nil }
        guard host.isEmpty || host == "?" else { return .host(host, port: port) }
        return asked.host.map { .host($0, port: port) }
    }
}
