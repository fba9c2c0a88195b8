// SPDX-License-Identifier: Apache-2.0

/// What a command does to the connection it is sent on, beyond being answered.
enum ConnectionEffect: Sendable {
    /// Nothing: any connection will do.
    case none
    /// Keeps everything behind it waiting.
    case blocks
    /// Changes what later commands on the connection mean.
    case changesState
    /// Answered in another way than once: this client has calls of their own for it.
    case changesProtocol

    private static let blocking: Set<String> = [
        "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "WAIT", "WAITAOF",
    ]
    private static let stateful: Set<String> = [
        "SELECT", "MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "AUTH", "ASKING", "READONLY", "READWRITE",
    ]
    private static let different: Set<String> = [
        "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE", "MONITOR", "HELLO",
        "RESET", "QUIT", "SYNC", "PSYNC",
    ]

    init(of name: String, arguments: [any RedisArgument]) {
        let name = name.uppercased()
        let first = (arguments.first as? String)?.uppercased()
        switch name {
        case _ where Self.blocking.contains(name): self = .blocks
        case _ where Self.stateful.contains(name): self = .changesState
        case _ where Self.different.contains(name): self = .changesProtocol
        case "CLIENT" where first == "REPLY": self = .changesProtocol
        case "CLIENT" where ["TRACKING", "CACHING", "NO-EVICT", "NO-TOUCH", "PAUSE"].contains(first):
            self = .changesState
        case "XREAD", "XREADGROUP":
            self = arguments.contains { ($0 as? String)?.uppercased() == "BLOCK" } ? .blocks : .none
        default: self = .none
        }
    }
}
