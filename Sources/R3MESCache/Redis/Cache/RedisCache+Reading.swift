// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Foundation
import NIOCore

extension RedisCache {
    /// What is known of a key.
    struct Entry: Sendable {
        /// Nil if it is known that there is no value.
        let value: Value?
        let tags: [String]
        /// How long it lives on.
        let remaining: Duration

        var loaded: LoadedValue<Value> { LoadedValue(value, tags: tags, expiresAfter: remaining) }
    }

    /// The value of a key; nil if the cache has none.
    ///
    /// One `GET`.
    public func get(_ key: String) async throws -> Value? {
        try await lookUp(key)?.value
    }

    /// The values of keys, without those that the cache has none of.
    ///
    /// One `MGET`.
    public func getMany(_ keys: some Sequence<String>) async throws -> [String: Value] {
        try await lookUp(Array(Set(keys))).compactMapValues(\.value)
    }

    func lookUp(_ key: String) async throws -> Entry? {
        let entry = decode(try await client.get(keys.entry(key)))
        (entry == nil ? metrics.misses : metrics.hits).increment()
        return entry
    }

    func lookUp(_ wanted: [String]) async throws -> [String: Entry] {
        var found: [String: Entry] = [:]
        for (key, bytes) in zip(wanted, try await client.mget(wanted.map(keys.entry))) {
            if let entry = decode(bytes) { found[key] = entry }
        }
        metrics.hits.increment(by: found.count)
        metrics.misses.increment(by: wanted.count - found.count)
        return found
    }

    /// Nil if there are no bytes, or none that can be read.
    func decode(_ bytes: ByteBuffer?) -> Entry? {
        guard let bytes else { return nil }
        guard let envelope = CacheEnvelope(decoding: bytes, maximumSize: configuration.maximumValueSize) else {
            metrics.undecodable.increment()
            return nil
        }
        guard let payload = envelope.payload else { return entry(nil, envelope) }
        do {
            return entry(try codec.decode(payload), envelope)
        } catch {
            metrics.undecodable.increment()
            return nil
        }
    }

    private func entry(_ value: Value?, _ envelope: CacheEnvelope) -> Entry {
        // The server's and this machine's clocks may differ: the server decides what has ended, this only bounds
        // copies.
        let remaining = min(envelope.expiry.subtractingReportingOverflow(Self.milliseconds).partialValue, 1 << 53)
        return Entry(value: value, tags: envelope.tags, remaining: .milliseconds(max(remaining, 1)))
    }

    /// The present, in milliseconds since 1970.
    static var milliseconds: Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }
}
