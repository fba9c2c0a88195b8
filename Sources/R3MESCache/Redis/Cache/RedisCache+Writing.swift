// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import NIOCore

extension RedisCache {
    /// Stores a value, and refuses what others are loading for the key.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - key: Its key, whose former value it replaces.
    ///   - tags: The names by which ``invalidate(tag:)`` finds it.
    ///   - lifetime: How long it lives; nil for as long as configured.
    /// - Throws: What the codec throws; ``CacheError`` with ``CacheError/Code/valueRefused`` if the value is too
    ///   large; what ``RedisClient`` throws.
    public func set(
        _ value: Value,
        forKey key: String,
        tags: [String] = [],
        expiresAfter lifetime: Duration? = nil
    ) async throws {
        let loaded = LoadedValue(value, tags: tags, expiresAfter: lifetime)
        let item = try item(loaded, forKey: key, isWrite: true)
        _ = try await client.run(CacheScripts.store, keys: item.keys, arguments: item.arguments)
        metrics.stores.increment()
    }

    /// Stores a value as ``set(_:forKey:tags:expiresAfter:)`` does, unless something was invalidated since the ticket.
    ///
    /// Whoever gives up waiting for a server that stands still can't take back what was sent: with a ticket it has no
    /// effect when it is executed after a later invalidation.
    func set(_ loaded: LoadedValue<Value>, forKey key: String, ticket: Int64) async throws {
        _ = try await store([try item(loaded, forKey: key, ticket: ticket, isWrite: true)])
    }

    /// Stores several values, each as ``set(_:forKey:tags:expiresAfter:)`` does, in one round trip.
    public func setMany(
        _ values: [String: Value],
        tags: [String] = [],
        expiresAfter lifetime: Duration? = nil
    ) async throws {
        let items = try values.map { key, value in
            try item(LoadedValue(value, tags: tags, expiresAfter: lifetime), forKey: key, isWrite: true)
        }
        _ = try await store(items)
    }

    /// One call of the script that stores.
    struct Item: Sendable {
        let key: String
        let keys: [String]
        let arguments: [any RedisArgument]
    }

    func item(
        _ loaded: LoadedValue<Value>,
        forKey key: String,
        ticket: Int64? = nil,
        token: String = "",
        isWrite: Bool = false
    ) throws -> Item {
        let payload = try loaded.value.map(codec.encode)
        guard payload?.readableBytes ?? 0 <= configuration.maximumValueSize else {
            throw CacheError(.valueRefused, "the value has more than \(configuration.maximumValueSize) bytes")
        }
        let configured = payload == nil ? configuration.expireAbsentAfter : nil
        let lifetime = jittered(loaded.expiresAfter ?? configured ?? configuration.expireAfterWrite)
        let envelope = CacheEnvelope(
            payload: payload,
            tags: loaded.tags,
            expiry: Self.milliseconds.addingClamped(lifetime)
        )
        let bytes = envelope.encoded(
            compressingFrom: configuration.compressFrom,
            level: configuration.options.compressionLevel
        )
        guard let bytes else { throw CacheError(.valueRefused, "there are more or longer tags than 65,535") }
        return Item(
            key: key,
            keys: [keys.entry(key), keys.generations, keys.lease(key)] + loaded.tags.map(keys.tag),
            arguments: [
                bytes, lifetime, ticket.map { String($0) } ?? "", token, window, announcement, key,
                isWrite ? "1" : "0",
            ]
                + loaded.tags.map { $0 as any RedisArgument }
        )
    }

    /// Stores several items, pipelined: the keys of those that were stored.
    func store(_ items: [Item]) async throws -> Set<String> {
        let answers = try await client.run(
            CacheScripts.store,
            calls: items.map { RedisScriptCall(keys: $0.keys, arguments: $0.arguments) }
        )
        var stored: Set<String> = []
        for (item, answer) in zip(items, answers) {
            if case .error(let error) = answer { throw CacheError.server(error) }
            if answer == .integer(1) { stored.insert(item.key) }
        }
        metrics.stores.increment(by: stored.count)
        metrics.refused.increment(by: items.count - stored.count)
        return stored
    }

    private func jittered(_ lifetime: Duration) -> Int64 {
        let milliseconds = lifetime.redisMilliseconds
        guard configuration.expiryJitter > 0 else { return milliseconds }
        let share = 1 - configuration.expiryJitter * Double.random(in: 0...1)
        return max(1, Int64(Double(milliseconds) * share))
    }
}
