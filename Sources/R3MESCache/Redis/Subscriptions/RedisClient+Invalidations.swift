// SPDX-License-Identifier: Apache-2.0

public import NIOCore
import Synchronization

/// What a server tells about keys that change.
public enum RedisInvalidationEvent: Hashable, Sendable {
    /// From now on changes are told: at first, and again after each lost connection. What was read before may be stale.
    case active
    /// These keys changed, ended or were evicted.
    case keys([ByteBuffer])
    /// All keys are gone (`FLUSHALL`).
    case all
    /// The connection broke: changes go untold until the next ``active``. Nothing kept in memory can be trusted.
    case connectionLost
    /// The reader was too slow, and so many events were left out: as if all keys had changed.
    case missed(Int)
}

/// What happens to keys, as a sequence for one reader.
public struct RedisInvalidations: AsyncSequence, Sendable {
    let events: EventQueue<RedisInvalidationEvent>

    /// Starts reading; two readers would take events from each other.
    public func makeAsyncIterator() -> Iterator {
        Iterator(events: events)
    }

    /// Reads what happens to keys.
    public struct Iterator: AsyncIteratorProtocol {
        let events: EventQueue<RedisInvalidationEvent>

        /// The next event; nil at the end, and at once for a cancelled task.
        public mutating func next() async -> RedisInvalidationEvent? {
            await events.next()
        }
    }
}

extension RedisClient {
    /// Lets the server tell of every change of a key, for as long as the closure runs.
    ///
    /// `CLIENT TRACKING ON BCAST`.
    ///
    /// Takes a connection of its own, which is restored when it breaks. The server keeps no table for this, but tells every
    /// change of every key with one of the prefixes, whoever makes it. Needs RESP3, so Redis 6 or later.
    ///
    /// - Parameters:
    ///   - prefixes: What keys begin with; none may begin with another. The default is all keys.
    ///   - bufferSize: How many events may wait for the reader. The default is 4096.
    ///   - body: Reads the events.
    /// - Throws: What the closure throws; ``CacheError`` with ``CacheError/Code/closed`` after a shutdown.
    public func withInvalidations<Result>(
        prefixes: [String] = [],
        bufferSize: Int = 4096,
        _ body: (RedisInvalidations) async throws -> Result
    ) async throws -> Result {
        guard !isClosed.load(ordering: .relaxed) else {
            throw CacheError(.closed, "the client has been shut down")
        }
        let arguments = ["TRACKING", "ON", "BCAST"] + prefixes.flatMap { ["PREFIX", $0] }
        let events = EventQueue<RedisInvalidationEvent>(capacity: bufferSize) { .missed($0) }
        let connection = MessageConnection(
            connector: try RedisConnector(configuration, settings: [RedisCommand("CLIENT", arguments, keyIndex: nil)]),
            configuration,
            events: ConnectionEvents(logger: logger, metrics: metrics),
            listener: .init(
                connected: {
                    events.append(.active)
                    return []
                },
                lost: { events.append(.connectionLost) },
                message: { message in
                    if let event = RedisInvalidationEvent(message) {
                        events.append(event)
                    }
                }
            )
        )
        connection.start()
        defer { connection.stop() }
        return try await body(RedisInvalidations(events: events))
    }
}

extension RedisInvalidationEvent {
    /// Nil for a message of another kind.
    init?(_ message: [RESPValue]) {
        guard message.count == 2, message[0].bytes.map({ String(buffer: $0) }) == "invalidate" else { return nil }
        switch message[1] {
        case .null: self = .all
        case .array(let keys): self = .keys(keys.compactMap(\.bytes))
        default: return nil
        }
    }
}
