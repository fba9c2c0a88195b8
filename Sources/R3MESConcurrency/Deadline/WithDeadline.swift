// SPDX-License-Identifier: Apache-2.0

/// Runs the operation under a deadline: everything below sees it as ``Deadline/current``.
///
/// The tighter of this deadline and the one in force counts. The deadline is a fact for whoever asks; it does not
/// cancel the operation, which ``withTimeout(until:gracePeriod:clock:operation:)`` does. Costs one task-local binding.
///
/// - Throws: Whatever the operation throws.
public func withDeadline<Result>(
    _ deadline: Deadline,
    operation: () async throws -> Result
) async rethrows -> Result {
    try await Deadline.$bound.withValue(deadline.tightenedByCurrent, operation: operation)
}
