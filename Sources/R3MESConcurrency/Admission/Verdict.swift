// SPDX-License-Identifier: Apache-2.0

/// What became of a waiter.
enum Verdict: Sendable {
    /// Goes in: what it was charged, and how much is in use with it.
    case admitted(charge: Int, inUse: Int)
    case refused(RefusalReason)
}

/// Why somebody was not admitted.
enum RefusalReason: String, Sendable, CaseIterable {
    case queueFull = "queue_full"
    case deadlineExceeded = "deadline_exceeded"
    case cancelled
    case shed
    case displaced
    case stopped

    var error: any Error {
        switch self {
        case .queueFull: ConcurrencyError(.queueFull, "the queue is full")
        case .deadlineExceeded: ConcurrencyError(.deadlineExceeded, "the deadline leaves no time for the work")
        case .cancelled: CancellationError()
        case .shed: ConcurrencyError(.shed, "refused because of overload")
        case .displaced: ConcurrencyError(.displaced, "displaced from the queue by other work")
        case .stopped: ConcurrencyError(.stopped, "no more work is taken")
        }
    }
}
