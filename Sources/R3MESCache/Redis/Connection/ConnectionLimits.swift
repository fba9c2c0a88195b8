// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// What one connection holds at most.
struct ConnectionLimits: Sendable {
    /// Commands that wait or are in flight.
    var commands: Int
    /// Bytes of commands that have not been sent.
    var bytes: Int
    /// Bytes written at a time, after which others get their turn.
    var batchBytes = 256 * 1024
    /// How long without a connection until commands fail at once.
    var unavailableAfter: TimeAmount
}
