// SPDX-License-Identifier: Apache-2.0

import Harness

/// The programs that are measured against, and how long and how often to measure.
struct Peers: Sendable {
    /// By name.
    let processes: [String: PeerProcess]
    let rounds: Int
    /// About how long one contestant runs in one round.
    let time: Duration
}
