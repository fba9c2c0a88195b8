// SPDX-License-Identifier: Apache-2.0

/// The place of an entry in a shard; places are given out again after their entries have gone.
@usableFromInline
typealias Slot = UInt32

extension Slot {
    /// No entry.
    @usableFromInline static var none: Slot { .max }
}
