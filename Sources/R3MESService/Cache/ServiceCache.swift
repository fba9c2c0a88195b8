// SPDX-License-Identifier: Apache-2.0

import Logging
import R3MESCache
import ServiceLifecycle

/// What the service remembers of its database: users by wallet, and API keys by their prefix.
///
/// Whoever writes through ``Storage`` forgets what the write changes before it is acknowledged. In memory alone that holds for this
/// process, and changes of others are seen after ``ServiceConfiguration/Cache-swift.struct/lifetime``; over Redis it holds for all
/// who share it, within the delay of a message.
final class ServiceCache: Sendable {
    /// Something that a write changes.
    enum Entry: Hashable, Sendable {
        case user(WalletAddress)
        case key(prefix: String)
    }

    let users: CacheTiers<User>
    let keys: CacheTiers<APIKey.Record>
    /// How late others see what is changed here, because nobody tells them.
    let delayOfOthers: Duration
    private let client: RedisClient?
    private let logger: Logger

    /// Makes a cache; nil when the service is to remember nothing.
    ///
    /// Redis is connected to when it is needed; without it the service is slower, and nothing else.
    init?(_ settings: ServiceConfiguration.Cache, logger: Logger) throws(CacheError) {
        let size = settings.size.bytes
        self.logger = logger
        switch settings.url {
        case .none:
            return nil
        case .memory:
            client = nil
            delayOfOthers = settings.lifetime
            users = .memory(try .users(size: size, lifetime: settings.lifetime))
            keys = .memory(try .keys(size: size, lifetime: settings.lifetime))
        case .redis(let redis):
            var configuration = try RedisClient.Configuration(url: redis.url.value)
            // For so long a request may wait for a Redis that stands still, before it goes to the database.
            configuration.commandTimeout = .milliseconds(250)
            let client = try RedisClient(configuration, logger: logger)
            self.client = client
            delayOfOthers = .zero
            users = .shared(
                try TieredCache(
                    memory: .users(size: size, lifetime: settings.sharedLifetime),
                    redis: RedisCache(client, .of("users", settings), codec: .users),
                    configuration: .named("users"),
                    logger: logger
                )
            )
            keys = .shared(
                try TieredCache(
                    memory: .keys(size: size, lifetime: settings.sharedLifetime),
                    redis: RedisCache(client, .of("keys", settings), codec: .keys),
                    configuration: .named("keys"),
                    logger: logger
                )
            )
        }
    }

    /// Forgets what a write has changed, or may have changed.
    func forget(_ entries: [Entry]) async {
        var (wallets, prefixes): ([String], [String]) = ([], [])
        for entry in entries {
            switch entry {
            case .user(let wallet): wallets.append(wallet.description)
            case .key(let prefix): prefixes.append(prefix)
            }
        }
        if !wallets.isEmpty { await users.forget(wallets) }
        if !prefixes.isEmpty { await keys.forget(prefixes) }
    }

    /// Ends the connections to Redis.
    func close() async {
        guard let client else { return }
        let count = users.pendingInvalidations + keys.pendingInvalidations
        if count > 0 {
            logger.warning(
                "Redis could not be told of changes: others see them after cache.shared-lifetime",
                metadata: ["changes": "\(count)"]
            )
        }
        await client.shutdown()
    }
}

extension ServiceCache: Service {
    /// Listens to what others change and removes what has ended, until told to stop.
    func run() async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.users.run() }
            group.addTask { try await self.keys.run() }
            try await group.waitForAll()
        }
    }
}

extension RedisCache.Configuration {
    fileprivate static func of(_ kind: String, _ settings: ServiceConfiguration.Cache) -> Self {
        var configuration = Self(namespace: "r3mes:\(kind)")
        configuration.expireAfterWrite = settings.sharedLifetime
        return configuration
    }
}

extension TieredCache.Configuration {
    fileprivate static func named(_ name: String) -> Self {
        var configuration = Self()
        configuration.name = name
        return configuration
    }
}

extension MemoryCache<String, User> {
    /// What a user occupies, with its place in the cache: roughly.
    private static var sizeOfUser: Int { 320 }

    fileprivate static func users(size: Int, lifetime: Duration) throws(CacheError) -> MemoryCache {
        var configuration = Configuration(limit: .weight(size - size / 8))
        configuration.name = "users"
        configuration.expireAfterWrite = lifetime
        return try MemoryCache(
            configuration: configuration,
            weigher: { _, user in
                sizeOfUser + (user.metadata.members.isEmpty ? 0 : user.metadata.json.utf8.count * 2)
            }
        )
    }
}

extension MemoryCache<String, APIKey.Record> {
    private static var sizeOfRecord: Int { 320 }

    /// An eighth of the size: keys are fewer than users.
    fileprivate static func keys(size: Int, lifetime: Duration) throws(CacheError) -> MemoryCache {
        var configuration = Configuration(limit: .weight(size / 8))
        configuration.name = "keys"
        configuration.expireAfterWrite = lifetime
        return try MemoryCache(
            configuration: configuration,
            weigher: { prefix, record in sizeOfRecord + prefix.utf8.count + record.name.utf8.count }
        )
    }
}
