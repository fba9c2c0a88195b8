// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// A message that was published.
public struct RedisMessage: Hashable, Sendable {
    /// The channel it was published to.
    public let channel: String
    /// The pattern by which it was found; nil if the channel itself is subscribed to.
    public let pattern: String?
    /// What was published.
    public let payload: ByteBuffer
}

/// What happens to a subscription.
public enum RedisSubscriptionEvent: Hashable, Sendable {
    /// From now on messages come: at first, and again after each lost connection.
    case subscribed
    /// A message.
    case message(RedisMessage)
    /// The connection broke: messages are missed until the next ``subscribed``.
    case connectionLost
    /// The reader was too slow, and so many events were left out.
    case missed(Int)
}
