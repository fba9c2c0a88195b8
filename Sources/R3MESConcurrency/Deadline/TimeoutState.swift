// SPDX-License-Identifier: Apache-2.0

/// The course of one operation with a time limit, as a value.
///
/// The operation is cancelled when its time is up or its caller is. Most operations then end at once, so the caller
/// waits for that, but never longer than the grace period.
struct TimeoutState<Value: Sendable>: Sendable {
    /// Why the operation was told to stop.
    enum Cause: Sendable {
        case timedOut, deadlineExceeded, callerCancelled
    }

    private enum Phase {
        case running
        case stopping(Cause)
        case abandoned
        case ended
    }

    private var phase = Phase.running

    /// The time is up, or the caller was cancelled: true if the operation is to be cancelled and the grace period
    /// begins.
    mutating func stop(_ cause: Cause) -> Bool {
        guard case .running = phase else {
            return false
        }
        phase = .stopping(cause)
        return true
    }

    /// The operation ended: what its caller gets, or nil if the caller has left already.
    mutating func end(_ result: Result<Value, any Error>) -> Result<Value, any Error>? {
        defer { phase = .ended }
        switch (phase, result) {
        case (.running, _), (.stopping, .success), (.stopping(.callerCancelled), _):
            return result
        case (.stopping(let cause), .failure(let error)):
            // What the operation really died of is worth more than the fact that it was told to stop.
            return .failure(Self.error(for: cause, underlying: error is CancellationError ? nil : error))
        case (.abandoned, _), (.ended, _):
            return nil
        }
    }

    /// The grace period is over: what the caller gets, or nil if the operation has ended in it.
    mutating func abandon() -> Result<Value, any Error>? {
        guard case .stopping(let cause) = phase else {
            return nil
        }
        phase = .abandoned
        return .failure(Self.error(for: cause, underlying: nil))
    }

    static func error(for cause: Cause, underlying: (any Error)?) -> any Error {
        switch cause {
        case .timedOut:
            ConcurrencyError(.timedOut, "the operation did not end within its timeout", underlying: underlying)
        case .deadlineExceeded:
            ConcurrencyError(.deadlineExceeded, "the deadline passed", underlying: underlying)
        case .callerCancelled:
            CancellationError()
        }
    }
}
