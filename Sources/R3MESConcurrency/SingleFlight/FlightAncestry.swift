// SPDX-License-Identifier: Apache-2.0

/// The flights that the running task is part of, innermost first: how a flight is kept from waiting for itself.
final class FlightAncestry: Sendable {
    @TaskLocal static var current: FlightAncestry?

    private let owner: ObjectIdentifier
    private let flight: UInt64
    private let parent: FlightAncestry?

    init(owner: ObjectIdentifier, flight: UInt64, parent: FlightAncestry?) {
        self.owner = owner
        self.flight = flight
        self.parent = parent
    }

    func contains(owner: ObjectIdentifier, flight: UInt64) -> Bool {
        var next: FlightAncestry? = self
        while let ancestry = next {
            if ancestry.owner == owner, ancestry.flight == flight {
                return true
            }
            next = ancestry.parent
        }
        return false
    }
}
