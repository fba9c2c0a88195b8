// SPDX-License-Identifier: Apache-2.0

/// A channel, or a pattern of channels.
enum SubscriptionTopic: Hashable, Sendable {
    case channel(String)
    case pattern(String)

    /// `SUBSCRIBE` or `UNSUBSCRIBE` for channels, and the same for patterns.
    static func commands(_ name: String, _ topics: some Sequence<SubscriptionTopic>) -> [RedisCommand] {
        var channels: [String] = []
        var patterns: [String] = []
        for topic in topics {
            switch topic {
            case .channel(let name): channels.append(name)
            case .pattern(let pattern): patterns.append(pattern)
            }
        }
        return [(name, channels), ("P" + name, patterns)].filter { !$0.1.isEmpty }.map {
            RedisCommand($0.0, $0.1, keyIndex: nil)
        }
    }
}

/// Who listens to what, and since when the server knows, as a value.
struct SubscriptionState<Listener: Sendable>: Sendable {
    private struct Topic {
        var listeners: Set<Int> = []
        var isConfirmed = false
    }

    private struct Subscriber {
        let listener: Listener
        let topics: Set<SubscriptionTopic>
        var unconfirmed: Set<SubscriptionTopic>
    }

    private var topics: [SubscriptionTopic: Topic] = [:]
    private var subscribers: [Int: Subscriber] = [:]
    private var lastID = 0

    var all: [Listener] { subscribers.values.map(\.listener) }

    func isConfirmed(_ id: Int) -> Bool { subscribers[id]?.unconfirmed.isEmpty ?? false }

    func listeners(of topic: SubscriptionTopic) -> [Listener] {
        topics[topic]?.listeners.compactMap { subscribers[$0]?.listener } ?? []
    }

    /// Someone listens: the topics that nobody listened to before, and whether there was nobody at all.
    mutating func add(
        _ wanted: Set<SubscriptionTopic>,
        _ listener: Listener
    ) -> (id: Int, new: [SubscriptionTopic], isFirst: Bool) {
        lastID += 1
        let isFirst = subscribers.isEmpty
        var new: [SubscriptionTopic] = []
        for topic in wanted {
            if topics[topic] == nil { new.append(topic) }
            topics[topic, default: Topic()].listeners.insert(lastID)
        }
        let unconfirmed = wanted.filter { !(topics[$0]?.isConfirmed ?? false) }
        subscribers[lastID] = Subscriber(listener: listener, topics: wanted, unconfirmed: unconfirmed)
        return (lastID, new, isFirst)
    }

    /// Someone listens no more: the topics that nobody listens to now, and whether there is nobody at all.
    mutating func remove(_ id: Int) -> (old: [SubscriptionTopic], isLast: Bool) {
        guard let subscriber = subscribers.removeValue(forKey: id) else { return ([], false) }
        var old: [SubscriptionTopic] = []
        for topic in subscriber.topics {
            topics[topic]?.listeners.remove(id)
            if topics[topic]?.listeners.isEmpty ?? false {
                topics[topic] = nil
                old.append(topic)
            }
        }
        return (old, subscribers.isEmpty)
    }

    /// There is a connection: what to subscribe to.
    func connect() -> [SubscriptionTopic] { Array(topics.keys) }

    /// The server knows of a topic: whose subscriptions are complete by that.
    mutating func confirm(_ topic: SubscriptionTopic) -> [Listener] {
        guard topics[topic] != nil else { return [] }
        topics[topic]?.isConfirmed = true
        var complete: [Listener] = []
        for id in topics[topic]?.listeners ?? [] where subscribers[id]?.unconfirmed.remove(topic) != nil {
            if let subscriber = subscribers[id], subscriber.unconfirmed.isEmpty {
                complete.append(subscriber.listener)
            }
        }
        return complete
    }

    /// The connection is gone: whom to tell, which are those who were told before that it is there.
    mutating func lose() -> [Listener] {
        for topic in topics.keys {
            topics[topic]?.isConfirmed = false
        }
        var told: [Listener] = []
        for id in subscribers.keys {
            if let subscriber = subscribers[id], subscriber.unconfirmed.isEmpty {
                told.append(subscriber.listener)
            }
            let topics = subscribers[id]?.topics ?? []
            subscribers[id]?.unconfirmed = topics
        }
        return told
    }
}
