// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle

extension BufferPool: Service {
    /// Lets the pool shrink while it is not needed and publishes its metrics, until shutdown; then empties it.
    public func run() async throws {
        await housekeeping.run(decay: { self.decay() }, statistics: { self.statistics })
        trim()
    }
}

extension BufferPool: MemoryPressureResponder {
    /// Decays under elevated pressure and empties the pool under critical pressure.
    public func respond(to level: MemoryPressureLevel) {
        switch level {
        case .normal: break
        case .elevated: decay()
        case .critical: trim()
        }
    }
}
