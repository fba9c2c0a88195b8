// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

extension SingleFlight {
    /// The results for several keys: those that nobody works on are worked on together, the others are waited for.
    ///
    /// The operation is given the keys that it is to work on, each once and in order; it is not called if there are none.
    /// It is cancelled when nobody waits for any of them any more.
    ///
    /// - Returns: A result for each key.
    /// - Throws: What an operation throws that works on any of the keys; ``ConcurrencyError`` with
    ///   ``ConcurrencyError/Code/missingResult`` if it leaves one of them out; otherwise as ``run(_:operation:)``.
    public func run(
        keys: some Sequence<Key>,
        operation: @escaping @Sendable ([Key]) async throws -> [Key: Value]
    ) async throws -> [Key: Value] {
        try Task.checkCancellation()
        let deadline = Deadline.current
        if let deadline, timers.now >= deadline.moment {
            throw ConcurrencyError.deadlinePassed
        }
        let passengers = try board(keys)
        let own = passengers.filter(\.seat.isFirst)
        joined.increment(by: passengers.count - own.count)
        if !own.isEmpty {
            started.increment(by: own.count)
            start(own, operation)
        }
        let timer = deadline.map { deadline in
            timers.schedule(at: deadline.moment) {
                self.leave(passengers, ConcurrencyError.deadlinePassed)
            }
        }
        defer {
            if let timer {
                timers.cancel(timer)
            }
        }
        return try await withTaskCancellationHandler {
            var results: [Key: Value] = [:]
            do {
                for passenger in passengers {
                    results[passenger.key] = try await passenger.waiter.wait().get()
                }
            } catch {
                leave(passengers, error)
                throw error
            }
            return results
        } onCancel: {
            leave(passengers, CancellationError())
        }
    }

    /// A caller, as far as it waits for one key.
    private struct Passenger: Sendable {
        let key: Key
        let seat: Flights.Seat
        let waiter: Waiter
    }

    /// Boards all flights, or none if the caller is part of one of them.
    private func board(_ keys: some Sequence<Key>) throws -> [Passenger] {
        var seen: Set<Key> = []
        let distinct = keys.filter { seen.insert($0).inserted }
        let ancestry = FlightAncestry.current
        let passengers = flights.withLock { flights -> [Passenger]? in
            let isOwn = { ancestry?.contains(owner: ObjectIdentifier(self), flight: $0) ?? false }
            guard !distinct.contains(where: { flights.flight(for: $0).map(isOwn) ?? false }) else { return nil }
            return distinct.compactMap { key in
                let waiter = Waiter()
                return flights.board(key, waiter, isOwn: isOwn).map { Passenger(key: key, seat: $0, waiter: waiter) }
            }
        }
        guard let passengers else {
            throw ConcurrencyError(.reentrantCall, "the operation for a key asks for the result of that key")
        }
        return passengers
    }

    private func start(
        _ passengers: [Passenger],
        _ operation: @escaping @Sendable ([Key]) async throws -> [Key: Value]
    ) {
        var ancestry = FlightAncestry.current
        for passenger in passengers {
            ancestry = FlightAncestry(
                owner: ObjectIdentifier(self),
                flight: passenger.seat.flight,
                parent: ancestry
            )
        }
        let task = begin { [self, ancestry] in
            let results: Result<[Key: Value], any Error>
            do {
                let keys = passengers.map(\.key)
                let values = try await FlightAncestry.$current.withValue(ancestry) {
                    try await Deadline.$bound.withValue(nil) { try await operation(keys) }
                }
                results = .success(values)
            } catch {
                results = .failure(error)
            }
            for passenger in passengers {
                let result = results.flatMap { values in
                    values[passenger.key].map { .success($0) } ?? .failure(Self.missingResult)
                }
                for waiter in flights.withLock({ $0.land(passenger.seat.flight) }).values {
                    waiter.resolve(result)
                }
            }
        }
        let remaining = FlightCount(passengers.count)
        let abandon: @Sendable () -> Void = {
            if remaining.decrement() {
                task.cancel()
            }
        }
        for passenger in passengers where !flights.withLock({ $0.attach(abandon, to: passenger.seat.flight) }) {
            abandon()
        }
    }

    private func leave(_ passengers: [Passenger], _ error: any Error) {
        for passenger in passengers {
            leave(passenger.seat, passenger.waiter, error)
        }
    }

    private static var missingResult: ConcurrencyError {
        ConcurrencyError(.missingResult, "the operation for several keys has no result for one of them")
    }
}

/// How many flights of one operation somebody may still wait for.
private final class FlightCount: Sendable {
    private let count: Atomic<Int>

    init(_ count: Int) {
        self.count = Atomic(count)
    }

    /// True if there is none left.
    func decrement() -> Bool {
        count.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0
    }
}
