// SPDX-License-Identifier: Apache-2.0

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
        try await scripts.run(script, RedisScriptCall(keys: keys, arguments: arguments), on: self)
    }
}
