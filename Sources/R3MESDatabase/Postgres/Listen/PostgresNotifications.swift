// SPDX-License-Identifier: Apache-2.0

/// The messages of some channels, as they come.
///
/// For one iteration, by one task, which ends it when it is cancelled.
public struct PostgresNotifications: AsyncSequence, Sendable {
    /// What happened.
    public enum Element: Sendable, Hashable {
        /// Somebody sent a message.
        case message(PostgresNotification)
        /// Messages may be missing here: the connection was lost and is there again, or 4,096 waited to be looked at.
        case gap
    }
    /// None.
    public typealias Failure = Never

    private let buffer: NotificationBuffer

    init(_ buffer: NotificationBuffer) {
        self.buffer = buffer
    }

    /// Begins to look at the messages.
    public func makeAsyncIterator() -> Iterator { Iterator(buffer: buffer) }

    /// Waits for one message after the other.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let buffer: NotificationBuffer

        /// The next event; nil when the task is cancelled.
        public mutating func next() async -> Element? { await buffer.next() }
    }
}
