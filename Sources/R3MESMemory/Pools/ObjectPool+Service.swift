// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle

extension ObjectPool: Service {
    /// Lets the pool shrink while it is not needed and publishes its metrics, until shutdown; then empties it.
    ///
    /// Each ``Configuration/decayInterval`` half of the objects that were idle the whole time are let go. A pool that is
    /// not run works too, but keeps what it once kept.
    public func run() async throws {
        await housekeeping.run(
            decay: { [shards] in shards.decay() },
            statistics: { [shards] in shards.statistics }
        )
        trim()
    }

    /// Lets go of half of the objects that nobody needed since the last decay; returns how many.
    @discardableResult
    public func decay() -> Int {
        shards.decay()
    }

    /// Lets go of every idle object; returns how many.
    ///
    /// The pool stays usable.
    @discardableResult
    public func trim() -> Int {
        shards.trim()
    }
}

extension ObjectPool: MemoryPressureResponder {
    /// Decays under elevated pressure and empties the pool under critical pressure.
    public func respond(to level: MemoryPressureLevel) {
        switch level {
        case .normal: break
        case .elevated: decay()
        case .critical: trim()
        }
    }
}
