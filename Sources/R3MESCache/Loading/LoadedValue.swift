// SPDX-License-Identifier: Apache-2.0

/// What a loader found, with what the cache is to know about it.
public struct LoadedValue<Value: Sendable>: Sendable {
    /// The value; nil if there is none.
    public var value: Value?
    /// The names by which an invalidation finds the value.
    public var tags: [String]
    /// How long the value lives; nil for as long as configured.
    public var expiresAfter: Duration?

    /// Makes a result of a load.
    public init(_ value: Value?, tags: [String] = [], expiresAfter: Duration? = nil) {
        self.value = value
        self.tags = tags
        self.expiresAfter = expiresAfter
    }
}
