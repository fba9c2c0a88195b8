// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization

extension TieredCache: Service {
    /// Listens to what Redis tells of changes, until cancelled or told to stop; memory is used for as long as this
    /// runs.
    public func run() async throws {
        let probes = redis.keys.probePrefix + UUID().uuidString + ":"
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup { group in
                group.addTask { await self.listen(probes: probes) }
                group.addTask { await self.probe(probes) }
            }
        }
        coherence.lose()
    }

    /// Listens, and again when that has ended.
    private func listen(probes: String) async {
        while !Task.isCancelled {
            do {
                if try await tracks() {
                    redis.publishes.store(false, ordering: .relaxed)
                    try await track(probes)
                } else {
                    redis.publishes.store(true, ordering: .relaxed)
                    try await subscribe(probes)
                }
            } catch {
                logger.debug("the cache can't listen to Redis yet", metadata: ["error": "\(error)"])
            }
            coherence.lose()
            try? await Task.sleep(for: configuration.options.retryInterval)
        }
    }

    /// Whether the server tells of changes by itself.
    private func tracks() async throws -> Bool {
        switch configuration.coherence {
        case .tracking: return true
        case .publishing: return false
        case .automatic: break
        }
        guard redis.client.configuration.options.prefersRESP3 else { return false }
        return try await redis.client.withConnection { connection in
            do {
                _ = try await connection.command("CLIENT", "TRACKING", "ON", "BCAST", keyIndex: nil)
                return true
            } catch let error as CacheError where error.code == .serverError {
                return false
            }
        }
    }

    private func track(_ probes: String) async throws {
        let prefixes = [redis.keys.entryPrefix, redis.keys.probePrefix]
        try await redis.client.withInvalidations(prefixes: prefixes, bufferSize: 65_536) { events in
            for await event in events {
                switch event {
                case .active: coherence.listen()
                case .connectionLost: coherence.lose()
                case .all, .missed: coherence.miss()
                case .keys(let names):
                    for name in names { hear(name, probes) }
                }
            }
        }
    }

    private func subscribe(_ probes: String) async throws {
        try await redis.client.withSubscription(to: [redis.keys.channel], bufferSize: 65_536) { events in
            for await event in events {
                switch event {
                case .subscribed: coherence.listen()
                case .connectionLost: coherence.lose()
                case .missed: coherence.miss()
                case .message(let message): hear(message.payload, probes)
                }
            }
        }
    }

    /// A key has changed.
    private func hear(_ name: ByteBuffer, _ probes: String) {
        let name = String(buffer: name)
        if name.hasPrefix(redis.keys.entryPrefix) {
            memory.remove(String(name.dropFirst(redis.keys.entryPrefix.count)))
        } else if name.hasPrefix(probes), let number = Int(name.dropFirst(probes.count)) {
            coherence.receive(probe: number)
        }
    }

    /// Sends probes, and tries to reach Redis again while it is away.
    private func probe(_ probes: String) async {
        while !Task.isCancelled {
            await recover()
            if let number = coherence.nextProbe() {
                do {
                    if redis.publishes.load(ordering: .relaxed) {
                        try await redis.client.publish(probes + String(number), to: redis.keys.channel)
                    } else {
                        // Nobody reads it; that it ends tells everybody once more, which does no harm.
                        try await redis.client.set(probes + String(number), to: "", expiry: .after(.seconds(1)))
                    }
                } catch {
                    fail(error)
                }
            }
            try? await Task.sleep(for: configuration.options.probeInterval)
        }
    }
}
