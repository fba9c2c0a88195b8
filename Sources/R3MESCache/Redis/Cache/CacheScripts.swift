// SPDX-License-Identifier: Apache-2.0

/// What Redis does in one piece for a ``RedisCache``.
///
/// **Generations.** One sorted set a namespace remembers when a key (`k…`), a tag (`t…`) or a pattern (`*`) was
/// invalidated last, by a clock that never goes back. A loader takes a ticket from that clock before it reads; its
/// store is refused if something that concerns it was invalidated later. `h` is the latest ticket; what was
/// invalidated before `b` has been forgotten, or was lost with the server's memory, so that older tickets are refused
/// too.
///
/// Source of the lease: Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013.
enum CacheScripts {
    /// `now()`: microseconds since 1970, above every number that the generations hold.
    private static let clock = """
        local function text(number) return string.format('%.0f', number) end
        local function now(generations)
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local last = redis.call('ZRANGE', generations, -1, -1, 'WITHSCORES')
            if last[2] and tonumber(last[2]) >= now then now = tonumber(last[2]) + 1 end
            return now
        end

        """

    /// `note(generations, now, window, member…)`: remembers an invalidation, and forgets those before the window, and
    /// the older half if there are very many.
    private static let note = """
        local function note(generations, now, window, members)
            local at = text(now)
            redis.call('ZADD', generations, 'NX', at, 'b')
            for _, member in ipairs(members) do redis.call('ZADD', generations, at, member) end
            local horizon = now - window
            if redis.call('ZCARD', generations) > 100000 then
                horizon = math.max(horizon, tonumber(redis.call('ZRANGE', generations, 50000, 50000, 'WITHSCORES')[2]))
            end
            if horizon > tonumber(redis.call('ZSCORE', generations, 'b')) then
                redis.call('ZADD', generations, text(horizon), 'b')
                redis.call('ZREMRANGEBYSCORE', generations, '-inf', '(' .. text(horizon))
            end
        end

        """

    /// The entry if there is one, else a ticket, and the lease if nobody has it.
    ///
    /// Keys: entry, generations, lease. Arguments: token, milliseconds of the lease, `1` to overlook the entry.
    static let claim = RedisScript(
        clock + """
            if ARGV[3] ~= '1' then
                local entry = redis.call('GET', KEYS[1])
                if entry then return entry end
            end
            local now = now(KEYS[2])
            redis.call('ZADD', KEYS[2], 'NX', text(now), 'b')
            redis.call('ZADD', KEYS[2], text(now), 'h')
            local isLeased = redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[2])
            return {now, isLeased and 1 or 0}
            """
    )

    /// A ticket alone.
    ///
    /// Key: generations.
    static let ticket = RedisScript(
        clock + """
            local now = now(KEYS[1])
            redis.call('ZADD', KEYS[1], 'NX', text(now), 'b')
            redis.call('ZADD', KEYS[1], text(now), 'h')
            return now
            """
    )

    /// Gives a lease back.
    ///
    /// Key: lease. Argument: token.
    static let release = RedisScript(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
    )

    /// Stores an entry and notes it under its tags: 1, or 0 if the ticket is too old.
    ///
    /// A write refuses what is being loaded, which a load does not.
    ///
    /// Keys: entry, generations, lease, the set of each tag. Arguments: bytes, milliseconds to live, ticket or
    /// nothing, token or nothing, window in microseconds, channel or nothing, key, `1` for a write, each tag.
    static let store = RedisScript(
        clock + note + """
            if ARGV[4] ~= '' and redis.call('GET', KEYS[3]) == ARGV[4] then redis.call('DEL', KEYS[3]) end
            if ARGV[3] ~= '' then
                local ticket = tonumber(ARGV[3])
                local base = redis.call('ZSCORE', KEYS[2], 'b')
                if not base or ticket < tonumber(base) then return 0 end
                local members = {'*', 'k' .. ARGV[7]}
                for index = 9, #ARGV do members[#members + 1] = 't' .. ARGV[index] end
                for _, member in ipairs(members) do
                    local at = redis.call('ZSCORE', KEYS[2], member)
                    if at and tonumber(at) > ticket then return 0 end
                end
            end
            if ARGV[8] == '1' then note(KEYS[2], now(KEYS[2]), tonumber(ARGV[5]), {'k' .. ARGV[7]}) end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            if #KEYS > 3 then
                local time = redis.call('TIME')
                local present = time[1] * 1000 + math.floor(time[2] / 1000)
                for index = 4, #KEYS do
                    local set = KEYS[index]
                    local ended = redis.call('ZRANGEBYSCORE', set, '-inf', text(present), 'LIMIT', 0, 16)
                    if #ended > 0 then redis.call('ZREM', set, unpack(ended)) end
                    redis.call('ZADD', set, text(present + tonumber(ARGV[2])), ARGV[7])
                    if redis.call('PTTL', set) < tonumber(ARGV[2]) then redis.call('PEXPIRE', set, ARGV[2]) end
                end
            end
            if ARGV[6] ~= '' then redis.call('PUBLISH', ARGV[6], KEYS[1]) end
            return 1
            """
    )

    /// Removes entries and refuses those that are being loaded: how many there were.
    ///
    /// A server whose memory is full still removes, and then refuses the rest.
    ///
    /// Keys: generations, then entry and lease of each. Arguments: window in microseconds, channel or nothing, each
    /// key.
    static let remove = RedisScript(
        clock + note + """
            local count = 0
            for index = 2, #KEYS, 2 do
                count = count + redis.call('UNLINK', KEYS[index])
                redis.call('UNLINK', KEYS[index + 1])
                if ARGV[2] ~= '' then redis.call('PUBLISH', ARGV[2], KEYS[index]) end
            end
            local members = {}
            for index = 3, #ARGV do members[#members + 1] = 'k' .. ARGV[index] end
            note(KEYS[1], now(KEYS[1]), tonumber(ARGV[1]), members)
            return count
            """
    )

    /// Remembers that a pattern was invalidated.
    ///
    /// Key: generations. Argument: window in microseconds.
    static let notePattern = RedisScript(
        clock + note + "note(KEYS[1], now(KEYS[1]), tonumber(ARGV[1]), {'*'}) return 1"
    )

    /// Removes some of the entries under a tag: how many it looked at, and how many there were.
    ///
    /// Keys: generations, the set of the tag. Arguments: window in microseconds, channel or nothing, tag, what
    /// entries begin with, how many, `1` for the first step.
    static let removeTag = RedisScript(
        clock + note + """
            if ARGV[6] == '1' then note(KEYS[1], now(KEYS[1]), tonumber(ARGV[1]), {'t' .. ARGV[3]}) end
            local members = redis.call('ZPOPMIN', KEYS[2], ARGV[5])
            local count = 0
            for index = 1, #members, 2 do
                local entry = ARGV[4] .. members[index]
                count = count + redis.call('UNLINK', entry)
                if ARGV[2] ~= '' then redis.call('PUBLISH', ARGV[2], entry) end
            end
            return {#members / 2, count}
            """
    )

    /// Removes entries that were found: how many there were.
    ///
    /// Keys: the entries. Argument: channel or nothing.
    static let removeFound = RedisScript(
        """
        local count = 0
        for _, entry in ipairs(KEYS) do
            count = count + redis.call('UNLINK', entry)
            if ARGV[1] ~= '' then redis.call('PUBLISH', ARGV[1], entry) end
        end
        return count
        """
    )
}
