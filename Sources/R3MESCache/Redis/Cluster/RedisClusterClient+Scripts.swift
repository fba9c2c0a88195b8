// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension RedisClusterClient {
    /// Runs a script on the node that has its keys, by its text where that node doesn't know it yet.
    ///
    /// - Parameters:
    ///   - script: The script.
    ///   - keys: The keys that it uses, all of one slot.
    ///   - arguments: What else it is told, its `ARGV`.
    /// - Throws: As ``send(_:)``. A script that failed may have written before.
    public func run(
        _ script: RedisScript,
        keys: [String] = [],
        arguments: [any RedisArgument] = []
    ) async throws -> RESPValue {
        do {
            return try await send(RedisClient.command("EVALSHA", try await digest(of: script), keys, arguments))
        } catch let error as CacheError where error.serverError?.code == "NOSCRIPT" {
            return try await send(RedisClient.command("EVAL", script.source, keys, arguments))
        }
    }

    /// The digest, which is the same on all nodes.
    private func digest(of script: RedisScript) async throws -> String {
        if let known = scripts.withLock({ $0[script] }) { return known }
        var load = RedisCommand("SCRIPT")
        load.append("LOAD")
        load.append(script.source)
        let digest: String = try await value(of: load)
        scripts.withLock { $0[script] = digest }
        return digest
    }
}
