// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// The connection of all subscriptions of a client, which is there while there are any.
final class SubscriptionConnection: Sendable {
    typealias Events = EventQueue<RedisSubscriptionEvent>

    private let state: Mutex<SubscriptionState<Events>>
    private let connection: MessageConnection

    init(connector: RedisConnector, _ configuration: RedisClient.Configuration, events: ConnectionEvents) {
        let state = SubscriptionOwner()
        self.state = Mutex(SubscriptionState())
        connection = MessageConnection(
            connector: connector,
            configuration,
            events: events,
            listener: .init(
                connected: { state.owner?.connected() ?? [] },
                lost: { state.owner?.lost() },
                message: { state.owner?.receive($0) }
            )
        )
        state.set(self)
    }

    func add(_ topics: Set<SubscriptionTopic>, _ events: Events) -> Int {
        // What is sent must be sent in the order of the decisions, hence within the lock; it is only put into a queue.
        state.withLock { state in
            let (id, new, isFirst) = state.add(topics, events)
            if isFirst {
                connection.start()
            } else {
                connection.send(SubscriptionTopic.commands("SUBSCRIBE", new))
            }
            if state.isConfirmed(id) {
                events.append(.subscribed)
            }
            return id
        }
    }

    func remove(_ id: Int) {
        state.withLock { state in
            let (old, isLast) = state.remove(id)
            if isLast {
                connection.stop()
            } else {
                connection.send(SubscriptionTopic.commands("UNSUBSCRIBE", old))
            }
        }
    }

    /// Ends all subscriptions.
    func close() {
        for events in state.withLock({ $0.all }) {
            events.finish()
        }
        connection.stop()
    }

    private func connected() -> [RedisCommand] {
        state.withLock { SubscriptionTopic.commands("SUBSCRIBE", $0.connect()) }
    }

    private func lost() {
        for events in state.withLock({ $0.lose() }) {
            events.append(.connectionLost)
        }
    }

    private func receive(_ message: [RESPValue]) {
        guard let kind = message.first?.bytes.map({ String(buffer: $0) }) else { return }
        let texts = message.map { $0.bytes.map { String(buffer: $0) } }
        switch (kind, message.count) {
        case ("subscribe", 3), ("psubscribe", 3):
            guard let name = texts[1] else { return }
            for events in state.withLock({ $0.confirm(kind == "subscribe" ? .channel(name) : .pattern(name)) }) {
                events.append(.subscribed)
            }
        case ("message", 3):
            guard let channel = texts[1], let payload = message[2].bytes else { return }
            deliver(RedisMessage(channel: channel, pattern: nil, payload: payload), to: .channel(channel))
        case ("pmessage", 4):
            guard let pattern = texts[1], let channel = texts[2], let payload = message[3].bytes else { return }
            deliver(RedisMessage(channel: channel, pattern: pattern, payload: payload), to: .pattern(pattern))
        default:
            break
        }
    }

    private func deliver(_ message: RedisMessage, to topic: SubscriptionTopic) {
        for events in state.withLock({ $0.listeners(of: topic) }) {
            events.append(.message(message))
        }
    }
}

/// Lets the connection's listener know the object that is made of the connection, without keeping it alive.
private final class SubscriptionOwner: Sendable {
    private struct Reference: Sendable {
        weak var owner: SubscriptionConnection?
    }

    private let reference = Mutex(Reference())

    var owner: SubscriptionConnection? { reference.withLock { $0.owner } }

    func set(_ owner: SubscriptionConnection) {
        reference.withLock { $0.owner = owner }
    }
}
