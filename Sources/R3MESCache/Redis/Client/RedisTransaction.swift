// SPDX-License-Identifier: Apache-2.0

extension RedisClient {
    /// Executes commands one right after the other, with nobody's in between, and returns their answers.
    ///
    /// `MULTI`, `EXEC`.
    ///
    /// Everything is sent together, so that other callers' commands can't get among them. Redis doesn't roll back: errors of
    /// single commands are among the answers, and the others have their effect.
    ///
    /// - Throws: As ``send(_:)``; ``CacheError/Code/serverError`` with the first refusal if Redis would not even try, in which
    ///   case nothing was executed.
    public func transaction(_ commands: [RedisCommand]) async throws -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        for command in commands where command.effect != .none {
            throw CacheError(.unsupportedCommand, "the command can't be part of a transaction")
        }
        return try Self.results(of: try await sendTogether(Self.wrap(commands), on: nextConnection()))
    }

    static func wrap(_ commands: [RedisCommand]) -> [RedisCommand] {
        [RedisCommand("MULTI", room: 0)] + commands + [RedisCommand("EXEC", room: 0)]
    }

    static func results(of answers: [RESPValue]) throws(CacheError) -> [RESPValue] {
        switch answers.last {
        case .array(let results)?:
            return results
        case .null?:
            throw CacheError(.transactionAborted, "a watched key has changed")
        case let last?:
            for case .error(let error) in answers {
                throw .server(error)
            }
            throw .unexpected(last, for: "the results of a transaction")
        case nil:
            throw CacheError(.unexpectedReply, "a transaction has no results")
        }
    }
}

extension RedisConnection {
    /// Executes commands as ``RedisClient/transaction(_:)`` does, unless a key watched by `WATCH` on this connection changed.
    ///
    /// - Throws: As there; ``CacheError/Code/transactionAborted`` if a watched key changed, and nothing was executed.
    public func transaction(_ commands: [RedisCommand]) async throws -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        return try RedisClient.results(of: try await pipeline(RedisClient.wrap(commands)))
    }
}
