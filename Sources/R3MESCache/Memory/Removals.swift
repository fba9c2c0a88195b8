// SPDX-License-Identifier: Apache-2.0

/// The entries that left a shard during one operation.
///
/// They are carried out of the locked section, so that neither a listener nor the end of a value's life runs in it. One, which
/// is what most operations remove, needs no memory of its own.
@usableFromInline
struct Removals<Key: Sendable, Value: Sendable>: Sendable {
    /// An entry that has gone.
    @usableFromInline
    struct Removal: Sendable {
        /// Nil if nobody is to be told.
        @usableFromInline let key: Key?
        /// Nil if the entry remembered that there is nothing.
        @usableFromInline let value: Value?
        @usableFromInline let cause: RemovalCause.Kind

        @inlinable
        init(key: Key?, value: Value?, cause: RemovalCause.Kind) {
            self.key = key
            self.value = value
            self.cause = cause
        }
    }

    @usableFromInline var first: Removal?
    @usableFromInline var rest: [Removal] = []

    @inlinable
    init() {}

    @inlinable
    mutating func append(_ removal: Removal) {
        if first == nil {
            first = removal
        } else {
            rest.append(removal)
        }
    }

    /// How many entries have gone.
    @inlinable var count: Int { first == nil ? 0 : rest.count + 1 }
}
