// SPDX-License-Identifier: Apache-2.0

/// What the owner of a connection is told, on its event loop.
struct ConnectionEvents: Sendable {
    var connected: @Sendable () -> Void = {}
    /// A connection that worked has ended.
    var lost: @Sendable (CacheError) -> Void = { _ in }
    /// A try to connect has failed.
    var failed: @Sendable (CacheError) -> Void = { _ in }
    var push: @Sendable ([RESPValue]) -> Void = { _ in }
}
