// SPDX-License-Identifier: Apache-2.0

/// The programs that are measured against, and how long and how often to measure.
package struct Laboratory: Sendable {
    package var go: PeerProcess?
    package var java: PeerProcess?
    package var python: PeerProcess?
    package let rounds: Int
    /// About how long one contestant runs in one round.
    package let time: Duration
    /// How many times as long it runs in the round that warms up.
    package let warmUp: Int
    package let isQuick: Bool
    /// Only comparisons whose title contains this; all if empty.
    package let match: String

    package init(
        go: PeerProcess? = nil,
        java: PeerProcess? = nil,
        python: PeerProcess? = nil,
        rounds: Int,
        time: Duration,
        warmUp: Int = 1,
        isQuick: Bool,
        match: String
    ) {
        self.go = go
        self.java = java
        self.python = python
        self.rounds = rounds
        self.time = time
        self.warmUp = warmUp
        self.isQuick = isQuick
        self.match = match
    }

    /// Says on standard error what is being done.
    package func note(_ text: String) {
        Console.note(text)
    }

    /// Ends the peers' programs.
    package func stop() {
        go?.stop()
        java?.stop()
        python?.stop()
    }
}
