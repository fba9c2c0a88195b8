// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// One execution per key at a time: whoever asks for a key that is being worked on gets the same result or error.
///
/// The work runs in a task of its own, so every caller can leave, by cancellation or at its ``Deadline``, without
/// harm to the others. When the last one has left the work is cancelled, and the next caller starts it anew.
///
/// Nothing is kept once the work has ended; that would be a cache. Work that ignores its cancellation may still be
/// running when the next caller starts it anew.
public final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Waiter = Completion<Result<Value, any Error>>
    typealias Flights = FlightState<Key, Waiter>

    let flights = Mutex(Flights())
    let timers: TimerQueue
    let started: Counter
    let joined: Counter

    /// Makes one without any flights.
    ///
    /// - Parameters:
    ///   - name: Its name in the metrics; few and fixed.
    ///   - clock: The clock of the callers' deadlines.
    public init<C: Clock>(
        name: String = "default",
        clock: C = ContinuousClock()
    ) where C.Instant == ContinuousClock.Instant {
        timers = .on(clock)
        started = Counter(label: "r3mes_single_flight_started_total", dimensions: [("name", name)])
        joined = Counter(label: "r3mes_single_flight_joined_total", dimensions: [("name", name)])
    }

    /// How many keys are being worked on.
    public var count: Int {
        flights.withLock { $0.count }
    }

    /// The result of the operation for the key, run here or already under way.
    ///
    /// The operation inherits the task-local values and the priority of the caller that started it, but not its
    /// deadline: the others may have more time. Up to its first suspension it may run on that caller's thread.
    ///
    /// - Throws: What the operation throws; `CancellationError` if the caller is cancelled; ``ConcurrencyError`` with
    ///   ``ConcurrencyError/Code/deadlineExceeded`` at the caller's deadline, or with
    ///   ``ConcurrencyError/Code/reentrantCall`` if the operation for a key asks for that key.
    public func run(
        _ key: Key,
        operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let deadline = Deadline.current
        if let deadline, timers.now >= deadline.moment {
            throw ConcurrencyError.deadlinePassed
        }
        let waiter = Waiter()
        let ancestry = FlightAncestry.current
        let seat = flights.withLock { flights in
            flights.board(key, waiter) { flight in
                ancestry?.contains(owner: ObjectIdentifier(self), flight: flight) ?? false
            }
        }
        guard let seat else {
            throw ConcurrencyError(.reentrantCall, "the operation for a key asks for the result of that key")
        }
        if seat.isFirst {
            started.increment()
            start(seat.flight, operation)
        } else {
            joined.increment()
        }
        let timer = deadline.map { deadline in
            timers.schedule(at: deadline.moment) {
                self.leave(seat, waiter, ConcurrencyError.deadlinePassed)
            }
        }
        defer {
            if let timer {
                timers.cancel(timer)
            }
        }
        return try await withTaskCancellationHandler {
            await waiter.wait()
        } onCancel: {
            leave(seat, waiter, CancellationError())
        }.get()
    }

    /// Lets the next caller start the work anew, for instance after what it reads has changed.
    ///
    /// Who waits already gets the result of the work under way.
    public func forget(_ key: Key) {
        flights.withLock { $0.forget(key) }
    }

    /// How many callers wait for a key.
    func waiterCount(for key: Key) -> Int {
        flights.withLock { $0.waiterCount(for: key) }
    }

    private func start(_ flight: UInt64, _ operation: @escaping @Sendable () async throws -> Value) {
        let ancestry = FlightAncestry(
            owner: ObjectIdentifier(self),
            flight: flight,
            parent: FlightAncestry.current
        )
        let task = begin { [self] in
            let result: Result<Value, any Error>
            do {
                let value = try await FlightAncestry.$current.withValue(ancestry) {
                    try await Deadline.$bound.withValue(nil, operation: operation)
                }
                result = .success(value)
            } catch {
                result = .failure(error)
            }
            for waiter in flights.withLock({ $0.land(flight) }).values {
                waiter.resolve(result)
            }
        }
        if !flights.withLock({ $0.attach(task.cancel, to: flight) }) {
            task.cancel()
        }
    }

    /// Begins on the caller's thread where the system can do that, which saves a third of the cost.
    func begin(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        if #available(macOS 26.0, iOS 26.0, tvOS 26.0, watchOS 26.0, visionOS 26.0, *) {
            Task.immediate { await work() }
        } else {
            Task { await work() }
        }
    }

    func leave(_ seat: Flights.Seat, _ waiter: Waiter, _ error: any Error) {
        // Nil if the flight has landed and the waiter has its result.
        guard let departure = flights.withLock({ $0.leave(seat) }) else {
            return
        }
        waiter.resolve(.failure(error))
        departure.abandon?()
    }
}
