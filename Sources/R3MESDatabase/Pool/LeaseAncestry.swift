// SPDX-License-Identifier: Apache-2.0

/// The leases under which the running task works, innermost first: how a task is kept from waiting for itself.
///
/// Tasks started within a lease inherit it, and may outlive it; so whoever looks has to ask whether it still lasts.
struct LeaseAncestry: Sendable {
    @TaskLocal static var current: LeaseAncestry?

    private struct Lease: Sendable {
        let pool: ObjectIdentifier
        let slot: Int
        let serial: UInt64
    }

    private let innermost: Lease
    private let outer: [Lease]

    /// Adds a lease to those of the running task.
    init(pool: ObjectIdentifier, slot: Int, serial: UInt64) {
        innermost = Lease(pool: pool, slot: slot, serial: serial)
        outer = Self.current.map { [$0.innermost] + $0.outer } ?? []
    }

    /// The slot and the serial of the innermost lease of a pool.
    func lease(of pool: ObjectIdentifier) -> (slot: Int, serial: UInt64)? {
        let lease = innermost.pool == pool ? innermost : outer.first { $0.pool == pool }
        return lease.map { ($0.slot, $0.serial) }
    }
}
