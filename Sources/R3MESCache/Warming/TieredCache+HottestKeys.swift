// SPDX-License-Identifier: Apache-2.0

extension TieredCache {
    /// Saves in Redis which keys are the hottest here, for the next start of any instance.
    ///
    /// Called at the end of a run, and now and then, lest a crash loses it: it is what the last one saved that counts.
    ///
    /// - Parameter limit: How many keys. The default is 10,000.
    /// - Throws: What ``RedisClient`` throws.
    public func saveHottestKeys(limit: Int = 10_000) async throws {
        let hottest = memory.hottestKeys(limit: limit)
        guard !hottest.isEmpty else { return }
        let name = redis.keys.hottest
        var commands = [RedisCommand("UNLINK", [name])]
        for chunk in hottest.chunks(of: 1000) {
            commands.append(RedisCommand("RPUSH", [name] + chunk.map { $0 as any RedisArgument }))
        }
        for answer in try await redis.client.transaction(commands) {
            if case .error(let error) = answer { throw CacheError.server(error) }
        }
    }

    /// The keys that were saved last, hottest first; none if none were.
    ///
    /// - Throws: What ``RedisClient`` throws.
    public func savedHottestKeys() async throws -> [String] {
        var command = RedisCommand("LRANGE", key: redis.keys.hottest)
        command.append(0)
        command.append(-1)
        return try await redis.client.value(of: command)
    }
}
