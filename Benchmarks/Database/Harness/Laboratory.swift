// SPDX-License-Identifier: Apache-2.0

/// The programs that are measured against, and how long and how often to measure.
struct Laboratory: Sendable {
    /// By name.
    let peers: [String: PeerProcess]
    let rounds: Int
    /// About how long one contestant runs in one round.
    let time: Duration
}
