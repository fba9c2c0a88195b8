// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import R3MESCache

@Suite("Where a cluster's keys and slots are")
struct ClusterSlotTests {
    @Test("the checksum is that of the specification")
    func checksum() {
        #expect(ClusterSlot.checksum("123456789".utf8) == 0x31C3)
        #expect(ClusterSlot.of("foo".utf8) == 12_182)
        #expect(ClusterSlot.of("".utf8) == 0)
    }

    @Test(
        "only what stands in the first braces counts, if that is anything",
        arguments: [
            ("{user1000}.following", "user1000"), ("foo{}{bar}", "foo{}{bar}"), ("foo{{bar}}zap", "{bar"),
            ("foo{bar}{zap}", "bar"), ("foo{bar", "foo{bar"), ("}a{b}", "b"),
        ]
    )
    func hashTags(key: String, tag: String) {
        #expect(ClusterSlot.of(key.utf8) == Int(ClusterSlot.checksum(tag.utf8)) % ClusterSlot.count)
    }

    private let asked = RedisClient.Endpoint.host("seed", port: 1)

    private func range(_ first: Int64, _ last: Int64, _ host: String?, _ port: Int64) -> RESPValue {
        let name = host.map { RESPValue.bulkString(ByteBuffer(string: $0)) } ?? .null
        return .array([.integer(first), .integer(last), .array([name, .integer(port)])])
    }

    @Test("slots are those of the node named, or of the node asked")
    func topology() throws {
        let answer = RESPValue.array([range(0, 5, "a", 7), range(6, 6, nil, 8), range(8, 16_383, "a", 7)])
        let topology = try ClusterTopology(slots: answer, from: asked)
        #expect(topology.node(of: 5) == .host("a", port: 7) && topology.node(of: 16_383) == .host("a", port: 7))
        #expect(topology.node(of: 6) == .host("seed", port: 8) && topology.node(of: 7) == nil)
        #expect(topology.nodes.count == 2)
    }

    @Test("a description that can't be true is an error")
    func hostile() {
        let ranges = (0...1024).map { range(Int64($0), Int64($0), "a", Int64($0 + 1)) }
        let answers: [RESPValue] = [
            .null, .integer(1), .array([.null]), .array([range(-1, 5, "a", 7)]), .array([range(5, 4, "a", 7)]),
            .array([range(0, 16_384, "a", 7)]), .array([range(0, 1, "a", 0)]), .array([range(0, 1, "a", .max)]),
            .array([range(0, 1, "a", 7), range(1, 2, "b", 7)]), .array(ranges),
            .array([.array([.integer(0), .integer(1), .array([])])]),
        ]
        for answer in answers {
            let error = #expect(throws: CacheError.self) { try ClusterTopology(slots: answer, from: asked) }
            #expect(error?.code == .unexpectedReply)
        }
    }
}
