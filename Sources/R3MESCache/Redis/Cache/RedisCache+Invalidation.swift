// SPDX-License-Identifier: Apache-2.0

extension RedisCache {
    /// Removes entries, and refuses what is being loaded for their keys.
    ///
    /// - Returns: How many entries were removed.
    @discardableResult
    public func remove(_ wanted: some Sequence<String>) async throws -> Int {
        var count = 0
        for step in Array(wanted).chunks(of: configuration.options.stepSize) {
            let answer = try await client.run(
                CacheScripts.remove,
                keys: [keys.generations] + step.flatMap { [keys.entry($0), keys.lease($0)] },
                arguments: [window, announcement] + step.map { $0 as any RedisArgument }
            )
            count += try Int(resp: answer)
        }
        return count
    }

    /// Removes the entry of a key, and refuses what is being loaded for it.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public func remove(_ key: String) async throws -> Bool {
        try await remove(CollectionOfOne(key)) > 0
    }

    /// Removes every entry that bears the tag, and refuses those that are being loaded.
    ///
    /// Costs what it removes. An entry that was replaced by one with other tags is found by its former tags too,
    /// until those would have ended.
    ///
    /// - Returns: How many entries were removed.
    @discardableResult
    public func invalidate(tag: String) async throws -> Int {
        var count = 0
        var isFirst = true
        while true {
            let answer = try await client.run(
                CacheScripts.removeTag,
                keys: [keys.generations, keys.tag(tag)],
                arguments: [
                    window, announcement, tag, keys.entryPrefix, configuration.options.stepSize, isFirst ? "1" : "0",
                ]
            )
            let numbers = try [Int](resp: answer)
            guard numbers.count == 2 else { throw CacheError.unexpected(answer, for: "two numbers") }
            count += numbers[1]
            isFirst = false
            guard numbers[0] == configuration.options.stepSize else { return count }
        }
    }

    /// Removes every entry whose key matches the pattern, and refuses all that are being loaded.
    ///
    /// Patterns are those of Redis: `*` stands for any text, `?` for one byte, `[a-c]` and `[^a-c]` for one of a set,
    /// and `\` takes the next character as it is. Looks at every key of the server's database (`SCAN`), in steps
    /// between which others are served; for what belongs together a tag is much cheaper.
    ///
    /// - Returns: How many entries were removed.
    @discardableResult
    public func invalidate(matching pattern: String) async throws -> Int {
        _ = try await client.run(CacheScripts.notePattern, keys: [keys.generations], arguments: [window])
        var count = 0
        let step = configuration.options.stepSize
        for try await found in client.scan(matching: keys.entryPrefix + pattern, count: step) where !found.isEmpty {
            for entries in found.chunks(of: step) {
                let answer = try await client.run(
                    CacheScripts.removeFound,
                    keys: Array(entries),
                    arguments: [announcement]
                )
                count += try Int(resp: answer)
            }
        }
        return count
    }

    /// Removes all entries, and refuses those that are being loaded.
    ///
    /// As ``invalidate(matching:)`` with `*`.
    @discardableResult
    public func removeAll() async throws -> Int {
        try await invalidate(matching: "*")
    }
}

extension Array {
    /// The elements in order, at most so many at a time.
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: Swift.max(size, 1)).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
