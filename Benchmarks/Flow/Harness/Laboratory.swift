// SPDX-License-Identifier: Apache-2.0

/// The programs that are measured against, and how long and how often to measure.
struct Laboratory: Sendable {
    let go: PeerProcess?
    let python: PeerProcess?
    /// The URL of the scripted server, which runs in a process of its own.
    let upstream: String
    let rounds: Int
    /// About how long one contestant runs in one round.
    let time: Duration
    let isQuick: Bool
    /// Only comparisons whose title contains this; all if empty.
    let match: String

    /// Says on standard error what is being done.
    func note(_ text: String) {
        Console.note(text)
    }
}
