// SPDX-License-Identifier: Apache-2.0

/// What a node's refusal says about where, or when, to ask again.
enum ClusterRedirection: Hashable, Sendable {
    /// The slot has another node from now on.
    case moved(slot: Int, to: RedisClient.Endpoint)
    /// Another node must be asked this once: the slot is on its way there.
    case ask(RedisClient.Endpoint)
    /// The same command may succeed a little later.
    case later
    /// The node has not been reached, and the command not been sent.
    case unreachable

    /// Nil if the refusal is the answer.
    init?(_ error: RESPError, from asked: RedisClient.Endpoint) {
        switch error.code {
        case "TRYAGAIN", "CLUSTERDOWN", "LOADING":
            self = .later
        case "MOVED", "ASK":
            let words = error.text.split(separator: " ")
            guard words.count >= 3, let slot = Int(words[1]), (0..<ClusterSlot.count).contains(slot),
                // The address may be of IPv6: the last colon ends it.
                let colon = words[2].lastIndex(of: ":"), let port = Int(words[2][words[2].index(after: colon)...]),
                let node = RedisClient.Endpoint.clusterNode(host: String(words[2][..<colon]), port: port, from: asked)
            else { return nil }
            self = error.code == "MOVED" ? .moved(slot: slot, to: node) : .ask(node)
        default:
            return nil
        }
    }
}

/// How one command goes on after each refusal, as a value.
struct ClusterRetries: Sendable {
    enum Action: Hashable, Sendable {
        case send(to: RedisClient.Endpoint)
        case ask(RedisClient.Endpoint)
        /// After that time, with the cluster looked at anew.
        case wait(Duration)
        /// The refusal stands.
        case giveUp
    }

    let maximum: Int
    private(set) var count = 0
    private var backoff = Backoff(base: .milliseconds(20), maximum: .milliseconds(500))

    init(maximum: Int) {
        self.maximum = maximum
    }

    mutating func next(
        after redirection: ClusterRedirection,
        using generator: inout some RandomNumberGenerator
    ) -> Action {
        guard count < maximum else { return .giveUp }
        count += 1
        switch redirection {
        case .moved(_, let node): return .send(to: node)
        case .ask(let node): return .ask(node)
        case .later, .unreachable: return .wait(backoff.next(using: &generator))
        }
    }
}
