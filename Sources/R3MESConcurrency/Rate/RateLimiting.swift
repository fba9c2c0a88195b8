// SPDX-License-Identifier: Apache-2.0

/// Something that says whether a key may take so much now: in this process, or shared by several.
public protocol RateLimiting<Key>: Sendable {
    /// What has a limit of its own, such as an API key or an address.
    associatedtype Key: Hashable & Sendable

    /// Takes `cost` units for the key if its limit allows.
    ///
    /// - Throws: Whatever keeps the implementation from deciding, such as a lost connection.
    func allow(_ key: Key, cost: Int) async throws -> RateDecision
}
