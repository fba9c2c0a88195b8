// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Foundation

extension RedisCache {
    /// The value of a key, loaded if the cache does not have it; nil if there is none.
    ///
    /// Of all instances one at a time loads: the others wait for what it stores, until its lease ends. Within this
    /// process every caller is an instance here; a ``TieredCache`` makes one of them.
    ///
    /// A value that was read before an invalidation is not stored after it. That there is none is remembered for
    /// ``Configuration/expireAbsentAfter``.
    ///
    /// - Throws: What the loader throws; what ``RedisClient`` throws if it fails before the loader has run;
    ///   `CancellationError`.
    public func value(
        forKey key: String,
        load: (String) async throws -> LoadedValue<Value>
    ) async throws -> Value? {
        do {
            switch try await fetch(key, load: load) {
            case .found(let entry): return entry.value
            // What was loaded is right, whatever became of storing it.
            case .loaded(let loaded, _): return loaded.value
            }
        } catch let error as BeforeLoad {
            throw error.error
        }
    }

    /// What came of asking for a key.
    enum Fetched: Sendable {
        case found(Entry)
        case loaded(LoadedValue<Value>, StoreOutcome)
    }

    /// What became of a loaded value.
    enum StoreOutcome: Sendable {
        case stored
        /// Something was invalidated meanwhile, or the value isn't one to be stored.
        case refused
        case failed(any Error)
    }

    /// What a miss gets.
    private struct Claim {
        let ticket: Int64
        let isLeased: Bool

        init(_ answer: RESPValue) throws(CacheError) {
            let numbers = try [Int64](resp: answer)
            guard numbers.count == 2 else { throw .unexpected(answer, for: "a ticket") }
            ticket = numbers[0]
            isLeased = numbers[1] == 1
        }
    }

    /// Reads, or loads and stores; what is thrown before the loader has run is ``BeforeLoad``.
    func fetch(_ key: String, load: (String) async throws -> LoadedValue<Value>) async throws -> Fetched {
        if let entry = try await reaching({ try await lookUp(key) }) { return .found(entry) }
        let token = UUID().uuidString
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: configuration.leaseDuration)
        var delay = Duration.milliseconds(2)
        // An entry that is there but can't be read is as good as none.
        var overlooks = false
        while true {
            let answer = try await reaching {
                try await client.run(
                    CacheScripts.claim,
                    keys: [keys.entry(key), keys.generations, keys.lease(key)],
                    arguments: [token, configuration.leaseDuration.redisMilliseconds, overlooks ? "1" : "0"]
                )
            }
            if let bytes = answer.bytes {
                if let entry = decode(bytes) { return .found(entry) }
                overlooks = true
                continue
            }
            let claim = try await reaching { try Claim(answer) }
            if claim.isLeased || clock.now >= end {
                return try await fly(key, claim, token, load)
            }
            metrics.leaseWaits.increment()
            // Jitter, so that those who wait don't ask together.
            try await Task.sleep(for: delay * Double.random(in: 0.5...1), tolerance: .zero)
            delay = min(delay * 2, .milliseconds(50))
        }
    }

    private func fly(
        _ key: String,
        _ claim: Claim,
        _ token: String,
        _ load: (String) async throws -> LoadedValue<Value>
    ) async throws -> Fetched {
        let token = claim.isLeased ? token : ""
        let loaded: LoadedValue<Value>
        do {
            loaded = try await load(key)
        } catch {
            release(key, token)
            throw error
        }
        guard loaded.value != nil || configuration.expireAbsentAfter != nil || loaded.expiresAfter != nil else {
            release(key, token)
            return .loaded(loaded, .refused)
        }
        do {
            let item = try item(loaded, forKey: key, ticket: claim.ticket, token: token)
            let answer = try await client.run(CacheScripts.store, keys: item.keys, arguments: item.arguments)
            let isStored = answer == .integer(1)
            (isStored ? metrics.stores : metrics.refused).increment()
            return .loaded(loaded, isStored ? .stored : .refused)
        } catch {
            release(key, token)
            return .loaded(loaded, .failed(error))
        }
    }

    /// Gives a lease back, also for a caller who was cancelled; if that fails, it ends by itself.
    private func release(_ key: String, _ token: String) {
        guard !token.isEmpty else { return }
        let (client, lease) = (client, keys.lease(key))
        Task.detached {
            _ = try? await client.run(CacheScripts.release, keys: [lease], arguments: [token])
        }
    }

    private func reaching<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as CacheError {
            throw BeforeLoad(error: error)
        }
    }
}

/// Redis failed before the loader was asked: the caller may still ask it.
struct BeforeLoad: Error {
    let error: CacheError
}
