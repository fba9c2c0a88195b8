// SPDX-License-Identifier: Apache-2.0

/// A cache that holds keys alone, and decides which to drop.
protocol ReplacementPolicy {
    /// Asks for a key, and brings it in when it is not there.
    ///
    /// - Returns: Whether it was there.
    mutating func access(_ key: UInt32) -> Bool
}
