// SPDX-License-Identifier: Apache-2.0

extension MemoryCache {
    /// Removes every entry that bears the tag, and refuses those that are being loaded.
    ///
    /// Costs one look into each shard, and what is removed.
    ///
    /// - Returns: How many entries were removed.
    @discardableResult
    public func invalidate(tag: String) -> Int {
        removeFromEachShard { shard, removals in
            shard.core.pointee.note(tag: tag, tickets.last)
            let now = shard.now(ticker)
            while let slot = shard.core.pointee.tags.anyEntry(taggedWith: tag) {
                shard.discard(slot, now, into: &removals)
            }
        }
    }

    /// Removes every entry for which a closure holds, and refuses all that are being loaded.
    ///
    /// Looks at every entry, one locked shard after the other. The closure must not call the cache.
    ///
    /// - Returns: How many entries were removed.
    @discardableResult
    public func invalidate(where isTrue: (Key, Value) -> Bool) -> Int {
        removeFromEachShard { shard, removals in
            shard.core.pointee.noteAll(tickets.last)
            let now = shard.now(ticker)
            for slot in shard.liveSlots where !shard.core.pointee.nodes[slot].isAbsent {
                if isTrue(shard.keys[Int(slot)], shard.values[Int(slot)]) {
                    shard.discard(slot, now, into: &removals)
                }
            }
        }
    }

    private func removeFromEachShard(
        _ body: (inout Shard<Key, Value>, inout Removals<Key, Value>) -> Void
    ) -> Int {
        var count = 0
        for number in 0..<shards.count {
            var removals = Removals<Key, Value>()
            shards[number].withLock { body(&$0, &removals) }
            count += removals.count
            finish(removals)
        }
        return count
    }
}

extension MemoryCache where Key == String {
    /// Removes every entry whose key matches the pattern, and refuses those that are being loaded.
    ///
    /// Patterns are those of Redis: `*` stands for any text, `?` for one byte, `[a-c]` and `[^a-c]` for one of a set, and `\`
    /// takes the next character as it is. With ``Configuration/indexesKeys`` it costs one look into each shard and what
    /// begins like the pattern up to its first special character: for `user:abc:*`, what is removed. Without, every key is looked at.
    ///
    /// - Returns: How many entries were removed.
    @discardableResult
    public func invalidate(matching pattern: String) -> Int {
        let pattern = GlobPattern(pattern)
        return removeFromEachShard { shard, removals in
            shard.core.pointee.note(pattern: pattern, tickets.last)
            let now = shard.now(ticker)
            // What the index found begins as it should; without, these are all.
            for slot in shard.slots(startingWith: pattern.prefix) {
                if shard.core.pointee.indexesKeys && pattern.isPrefix || pattern.matches(shard.keys[Int(slot)]) {
                    shard.discard(slot, now, into: &removals)
                }
            }
        }
    }
}
