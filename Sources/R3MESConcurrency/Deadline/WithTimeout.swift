// SPDX-License-Identifier: Apache-2.0

/// Runs the operation with a time limit.
///
/// When the time is up the operation is cancelled and awaited, but not for longer than the grace period: the caller is
/// back in time even if the operation ignores its cancellation. Such an operation goes on in its own task until it
/// notices; it is counted in `r3mes_timeout_abandoned_total` and, while it runs, in `r3mes_timeout_abandoned_running`.
/// Cancelling the caller does the same.
///
/// - An operation that returns a value in the grace period has done its work, and the caller gets the value. One that
///   throws something better than `CancellationError` has it kept as ``ConcurrencyError/underlying``.
/// - The operation inherits task-local values and priority, and sees the time limit as ``Deadline/current``. An earlier
///   deadline in force limits it as well.
/// - Whatever must not outlive the work, such as a permit, belongs inside the operation.
/// - Costs one task and one timer. Fires within the precision of the system's timers, without the tolerance that
///   `Task.sleep` takes by default.
///
/// - Parameters:
///   - timeout: The time limit; one of no length at all never starts the operation.
///   - gracePeriod: How long a cancelled operation is waited for. The default is 2 ms. Zero frees the caller on the
///     spot; a very long one always awaits the operation, as a task group would.
///   - clock: The clock of the time limit.
/// - Throws: What the operation throws; ``ConcurrencyError`` with ``ConcurrencyError/Code/timedOut``, or with
///   ``ConcurrencyError/Code/deadlineExceeded`` if an earlier deadline struck; `CancellationError`.
public func withTimeout<Value: Sendable, C: Clock>(
    _ timeout: Duration,
    gracePeriod: Duration = .milliseconds(2),
    clock: C = ContinuousClock(),
    operation: @escaping @Sendable () async throws -> Value
) async throws -> Value where C.Instant == ContinuousClock.Instant {
    try await withTimeLimit(
        .after(timeout, clock: clock),
        cause: .timedOut,
        gracePeriod: gracePeriod,
        timers: .on(clock),
        metrics: .shared,
        operation: operation
    )
}

/// Runs the operation until a deadline; else as ``withTimeout(_:gracePeriod:clock:operation:)``.
///
/// - Throws: What the operation throws; ``ConcurrencyError`` with ``ConcurrencyError/Code/deadlineExceeded``;
///   `CancellationError`.
public func withTimeout<Value: Sendable, C: Clock>(
    until deadline: Deadline,
    gracePeriod: Duration = .milliseconds(2),
    clock: C = ContinuousClock(),
    operation: @escaping @Sendable () async throws -> Value
) async throws -> Value where C.Instant == ContinuousClock.Instant {
    try await withTimeLimit(
        deadline,
        cause: .deadlineExceeded,
        gracePeriod: gracePeriod,
        timers: .on(clock),
        metrics: .shared,
        operation: operation
    )
}

func withTimeLimit<Value: Sendable>(
    _ limit: Deadline,
    cause: TimeoutState<Value>.Cause,
    gracePeriod: Duration,
    timers: TimerQueue,
    metrics: TimeoutMetrics,
    operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try Task.checkCancellation()
    let deadline = limit.tightenedByCurrent
    let cause = deadline == limit ? cause : .deadlineExceeded
    guard timers.now < deadline.moment else {
        throw TimeoutState<Value>.error(for: cause, underlying: nil)
    }
    let timed = TimedOperation<Value>(gracePeriod: gracePeriod, timers: timers, metrics: metrics)
    return try await timed.run(until: deadline, cause: cause, operation)
}
