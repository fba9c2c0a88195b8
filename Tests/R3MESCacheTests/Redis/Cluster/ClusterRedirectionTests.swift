// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite("Redirections of a cluster")
struct ClusterRedirectionTests {
    private let asked = RedisClient.Endpoint.host("seed", port: 1)

    private func read(_ text: String) -> ClusterRedirection? {
        ClusterRedirection(RESPError(text), from: asked)
    }

    @Test("where to ask is read from the refusal")
    func targets() {
        #expect(read("MOVED 3999 10.0.0.1:6381") == .moved(slot: 3999, to: .host("10.0.0.1", port: 6381)))
        #expect(read("MOVED 3999 :6381") == .moved(slot: 3999, to: .host("seed", port: 6381)))
        #expect(read("ASK 1 ::1:6381") == .ask(.host("::1", port: 6381)))
    }

    @Test("a refusal that may pass is waited for", arguments: ["TRYAGAIN x", "CLUSTERDOWN x", "LOADING x"])
    func later(text: String) {
        #expect(read(text) == .later)
    }

    @Test(
        "any other refusal is the answer",
        arguments: [
            "ERR x", "MOVED", "MOVED x a:1", "MOVED -1 a:1", "MOVED 16384 a:1", "MOVED 1 a", "ASK 1 a:0",
            "ASK 1 a:99999", "WRONGTYPE x", "CROSSSLOT x",
        ]
    )
    func none(text: String) {
        #expect(read(text) == nil)
    }

    @Test("each kind has its action, and there is an end to them")
    func retries() {
        var generator = SeededGenerator()
        let node = RedisClient.Endpoint.host("a", port: 1)
        let kinds: [ClusterRedirection] = [.moved(slot: 1, to: node), .ask(node), .later, .unreachable]
        for kind in kinds {
            var retries = ClusterRetries(maximum: 5)
            for _ in 0..<5 {
                switch (kind, retries.next(after: kind, using: &generator)) {
                case (.moved, .send(node)), (.ask, .ask(node)): break
                case (.later, .wait(let delay)), (.unreachable, .wait(let delay)):
                    #expect(delay > .zero && delay <= .milliseconds(500))
                default: Issue.record("the wrong action")
                }
            }
            let last = retries.next(after: kind, using: &generator)
            #expect(last == .giveUp)
        }
    }
}
