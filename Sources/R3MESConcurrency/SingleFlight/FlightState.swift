// SPDX-License-Identifier: Apache-2.0

/// Who waits for which execution, as a value.
///
/// A flight lives as long as somebody waits for it. It is found by its key until it lands, is forgotten or is left by
/// its last waiter; then a new flight for the key may begin.
struct FlightState<Key: Hashable & Sendable, Waiter: Sendable>: Sendable {
    /// One waiter's place in one flight.
    struct Seat: Sendable {
        let flight: UInt64
        /// True for the waiter that has to start the work.
        let isFirst: Bool
        fileprivate let number: UInt64
    }

    /// What is left to do after a waiter has gone.
    struct Departure: Sendable {
        /// Ends the work, for which nobody waits any more.
        let abandon: (@Sendable () -> Void)?
    }

    private struct Flight {
        let key: Key
        var waiters: [UInt64: Waiter]
        var abandon: (@Sendable () -> Void)?
    }

    private var flights: [UInt64: Flight] = [:]
    private var current: [Key: UInt64] = [:]
    private var lastNumber: UInt64 = 0

    /// How many flights somebody waits for.
    var count: Int { flights.count }

    /// How many waiters a key has.
    func waiterCount(for key: Key) -> Int {
        current[key].flatMap { flights[$0]?.waiters.count } ?? 0
    }

    /// The flight that a newcomer for the key would join.
    func flight(for key: Key) -> UInt64? {
        current[key]
    }

    /// Joins the flight of the key, or begins one; nil if `isOwn` says that the waiter is part of that flight's work.
    mutating func board(_ key: Key, _ waiter: Waiter, isOwn: (UInt64) -> Bool) -> Seat? {
        if let flight = current[key] {
            guard !isOwn(flight) else {
                return nil
            }
            lastNumber += 1
            flights[flight]?.waiters[lastNumber] = waiter
            return Seat(flight: flight, isFirst: false, number: lastNumber)
        }
        lastNumber += 1
        let number = lastNumber
        flights[number] = Flight(key: key, waiters: [number: waiter])
        current[key] = number
        return Seat(flight: number, isFirst: true, number: number)
    }

    /// It is known how to end the work; false if nobody waits for it any more.
    mutating func attach(_ abandon: @escaping @Sendable () -> Void, to flight: UInt64) -> Bool {
        guard flights[flight] != nil else {
            return false
        }
        flights[flight]?.abandon = abandon
        return true
    }

    /// The work has ended: who is to be told.
    mutating func land(_ flight: UInt64) -> [UInt64: Waiter] {
        remove(flight)?.waiters ?? [:]
    }

    /// A waiter goes; nil if it has its result already.
    mutating func leave(_ seat: Seat) -> Departure? {
        guard flights[seat.flight]?.waiters.removeValue(forKey: seat.number) != nil else {
            return nil
        }
        guard flights[seat.flight]?.waiters.isEmpty == true else {
            return Departure(abandon: nil)
        }
        return Departure(abandon: remove(seat.flight)?.abandon)
    }

    /// The next waiter for the key begins a new flight.
    mutating func forget(_ key: Key) {
        current[key] = nil
    }

    private mutating func remove(_ number: UInt64) -> Flight? {
        guard let flight = flights.removeValue(forKey: number) else {
            return nil
        }
        if current[flight.key] == number {
            current[flight.key] = nil
        }
        return flight
    }
}
