// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A Lua script that a server runs atomically.
///
/// Its text is sent once; afterwards its digest is enough.
public struct RedisScript: Hashable, Sendable {
    /// The text.
    public let source: String

    /// Makes a script of its text.
    public init(_ source: String) {
        self.source = source
    }
}

/// The keys and arguments of one run of a script.
struct RedisScriptCall: Sendable {
    let keys: [String]
    let arguments: [any RedisArgument]
}

/// The digests by which servers know scripts, as they said them; a script has the same on all.
final class ScriptDigests: Sendable {
    /// Scripts are part of a program, so that many are a mistake, but not one that memory must pay for.
    private static let capacity = 1024

    private let digests = Mutex<[RedisScript: String]>([:])

    /// The digest of a script, which a server is told if this is the first time.
    func digest(of script: RedisScript, from executor: some RedisCommandExecutor) async throws -> String {
        if let known = digests.withLock({ $0[script] }) { return known }
        var load = RedisCommand("SCRIPT")
        load.append("LOAD")
        load.append(script.source)
        let digest: String = try await executor.value(of: load)
        digests.withLock { digests in
            if digests.count >= Self.capacity {
                digests = [:]
            }
            digests[script] = digest
        }
        return digest
    }

    /// Runs a script, by its digest where the server knows it and by its text where it doesn't.
    func run(_ script: RedisScript, _ call: RedisScriptCall, on executor: some RedisCommandExecutor) async throws
        -> RESPValue
    {
        do {
            let digest = try await digest(of: script, from: executor)
            return try await executor.send(RedisClient.command("EVALSHA", digest, call.keys, call.arguments))
        } catch let error as CacheError where error.serverError?.code == "NOSCRIPT" {
            return try await executor.send(RedisClient.command("EVAL", script.source, call.keys, call.arguments))
        }
    }
}

extension RedisClient {
    /// Runs a script, by its digest where the server knows it and by its text where it doesn't.
    ///
    /// - Parameters:
    ///   - script: The script.
    ///   - keys: The keys that it uses, its `KEYS`.
    ///   - arguments: What else it is told, its `ARGV`.
    /// - Throws: As ``send(_:)``. A script that failed may have written before.
    public func run(
        _ script: RedisScript,
        keys: [String] = [],
        arguments: [any RedisArgument] = []
    ) async throws -> RESPValue {
        try await scripts.run(script, RedisScriptCall(keys: keys, arguments: arguments), on: self)
    }

    /// Runs a script several times, all sent together: an answer for each, which may be an error.
    func run(_ script: RedisScript, calls: [RedisScriptCall]) async throws -> [RESPValue] {
        guard !calls.isEmpty else { return [] }
        let digest = try await scripts.digest(of: script, from: self)
        var answers = try await pipeline(calls.map { Self.command("EVALSHA", digest, $0.keys, $0.arguments) })
        for (index, call) in calls.enumerated() {
            guard case .error(let error) = answers[index], error.code == "NOSCRIPT" else { continue }
            answers[index] = try await send(Self.command("EVAL", script.source, call.keys, call.arguments))
        }
        return answers
    }

    static func command(
        _ name: StaticString,
        _ script: String,
        _ keys: [String],
        _ arguments: [any RedisArgument]
    ) -> RedisCommand {
        var command = RedisCommand(name, room: script.utf8.count + 32 * (keys.count + arguments.count))
        command.append(script)
        command.append(keys.count)
        for key in keys {
            command.append(key: key)
        }
        for argument in arguments {
            argument.append(to: &command)
        }
        return command
    }
}
