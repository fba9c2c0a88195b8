// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What happens to a subscription, as a sequence for one reader; it ends when the client is shut down.
public struct RedisSubscription: AsyncSequence, Sendable {
    let events: EventQueue<RedisSubscriptionEvent>

    /// Starts reading; two readers would take events from each other.
    public func makeAsyncIterator() -> Iterator {
        Iterator(events: events)
    }

    /// Reads a subscription.
    public struct Iterator: AsyncIteratorProtocol {
        let events: EventQueue<RedisSubscriptionEvent>

        /// The next event; nil at the end, and at once for a cancelled task.
        public mutating func next() async -> RedisSubscriptionEvent? {
            await events.next()
        }
    }
}

extension RedisClient {
    /// Publishes a message and returns how many subscribers of this server got it.
    ///
    /// `PUBLISH`.
    @discardableResult
    public func publish(_ payload: some RedisArgument, to channel: String) async throws -> Int {
        var command = RedisCommand("PUBLISH", key: channel)
        command.append(payload)
        return try await value(of: command)
    }

    /// Subscribes to channels and patterns for as long as the closure runs.
    ///
    /// All subscriptions of a client share a connection of their own. It is restored when it breaks, which the events tell:
    /// published messages are kept by nobody, so that those sent meanwhile are lost. A reader who is slower than the messages
    /// come misses some once `bufferSize` wait, and is told so.
    ///
    /// ```swift
    /// try await redis.withSubscription(to: ["prices"]) { events in
    ///     for await case .message(let message) in events { … }
    /// }
    /// ```
    ///
    /// - Throws: What the closure throws; ``CacheError`` with ``CacheError/Code/closed`` after a shutdown.
    public func withSubscription<Result>(
        to channels: [String] = [],
        patterns: [String] = [],
        bufferSize: Int = 1024,
        _ body: (RedisSubscription) async throws -> Result
    ) async throws -> Result {
        guard !isClosed.load(ordering: .relaxed) else {
            throw CacheError(.closed, "the client has been shut down")
        }
        let topics = Set(channels.map(SubscriptionTopic.channel) + patterns.map(SubscriptionTopic.pattern))
        let events = EventQueue<RedisSubscriptionEvent>(capacity: bufferSize) { .missed($0) }
        let id = subscriptions.add(topics, events)
        defer { subscriptions.remove(id) }
        return try await body(RedisSubscription(events: events))
    }
}
