// SPDX-License-Identifier: Apache-2.0

/// Why a ``ConnectionPool`` closed a connection.
public enum CloseReason: String, Hashable, Sendable, CaseIterable {
    /// A lease left it broken, or it broke while it was idle.
    case broken
    /// It did not answer when it was validated.
    case validationFailed = "validation_failed"
    /// What a lease left on it could not be cleaned up.
    case resetFailed = "reset_failed"
    /// It had reached its maximum lifetime.
    case lifetime
    /// Nobody had needed it for the idle timeout.
    case idle
    /// The pool made itself smaller.
    case surplus
    /// The pool was shut down.
    case shutdown
}
