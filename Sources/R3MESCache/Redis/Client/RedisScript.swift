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

/// The digests by which a server knows scripts, as it said them.
struct ScriptDigests: Sendable {
    /// Scripts are part of a program, so that many are a mistake, but not one that memory must pay for.
    private static let capacity = 1024

    private var digests: [RedisScript: String] = [:]

    subscript(script: RedisScript) -> String? {
        get { digests[script] }
        set {
            if digests.count >= Self.capacity {
                digests = [:]
            }
            digests[script] = newValue
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
        do {
            return try await send(Self.command("EVALSHA", try await digest(of: script), keys, arguments))
        } catch let error as CacheError where error.serverError?.code == "NOSCRIPT" {
            return try await send(Self.command("EVAL", script.source, keys, arguments))
        }
    }

    /// Runs a script several times, all sent together: an answer for each, which may be an error.
    func run(_ script: RedisScript, calls: [RedisScriptCall]) async throws -> [RESPValue] {
        guard !calls.isEmpty else { return [] }
        let digest = try await digest(of: script)
        var answers = try await pipeline(calls.map { Self.command("EVALSHA", digest, $0.keys, $0.arguments) })
        for (index, call) in calls.enumerated() {
            guard case .error(let error) = answers[index], error.code == "NOSCRIPT" else { continue }
            answers[index] = try await send(Self.command("EVAL", script.source, call.keys, call.arguments))
        }
        return answers
    }

    private func digest(of script: RedisScript) async throws -> String {
        if let known = scripts.withLock({ $0[script] }) { return known }
        var load = RedisCommand("SCRIPT")
        load.append("LOAD")
        load.append(script.source)
        let digest: String = try await value(of: load)
        scripts.withLock { $0[script] = digest }
        return digest
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
