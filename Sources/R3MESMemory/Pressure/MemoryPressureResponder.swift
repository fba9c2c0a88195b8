// SPDX-License-Identifier: Apache-2.0

/// Something that can give memory back when it becomes scarce: a cache that shrinks, a pool that trims.
public protocol MemoryPressureResponder: Sendable {
    /// Called when the level has changed, and again with each sample while it is critical.
    ///
    /// Called one responder after the other, on the task that samples; it should return within a millisecond or so.
    func respond(to level: MemoryPressureLevel)
}
