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
        let digest: String
        if let known = scripts.withLock({ $0[script] }) {
            digest = known
        } else {
            var load = RedisCommand("SCRIPT")
            load.append("LOAD")
            load.append(script.source)
            digest = try await value(of: load)
            scripts.withLock { $0[script] = digest }
        }
        do {
            return try await send(Self.command("EVALSHA", digest, keys, arguments))
        } catch let error as CacheError where error.serverError?.code == "NOSCRIPT" {
            return try await send(Self.command("EVAL", script.source, keys, arguments))
        }
    }

    private static func command(
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
