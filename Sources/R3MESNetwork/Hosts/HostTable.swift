// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The hosts by origin, bounded: with one too many, the least recently used is forgotten and begins anew when it
/// returns.
///
/// Looking up is one short locked section; forgetting looks at all hosts.
final class HostTable: Sendable {
    private struct Entry {
        let host: Host
        var lastUsed: UInt64
    }

    private struct State {
        var entries: [Origin: Entry] = [:]
        var clock: UInt64 = 0
    }

    private let maximum: Int
    private let makeHost: @Sendable (Origin) throws(NetworkError) -> Host
    private let state = Mutex(State())

    init(maximum: Int, makeHost: @escaping @Sendable (Origin) throws(NetworkError) -> Host) {
        self.maximum = maximum
        self.makeHost = makeHost
    }

    func host(_ origin: Origin) throws(NetworkError) -> Host {
        try state.withLock { state throws(NetworkError) in
            state.clock += 1
            if let host = state.entries[origin]?.host {
                state.entries[origin]?.lastUsed = state.clock
                return host
            }
            let host = try makeHost(origin)
            state.entries[origin] = Entry(host: host, lastUsed: state.clock)
            if state.entries.count > maximum,
                let oldest = state.entries.min(by: { $0.value.lastUsed < $1.value.lastUsed })
            {
                state.entries[oldest.key] = nil
            }
            return host
        }
    }

    /// The host, if the client knows it.
    func known(_ origin: Origin) -> Host? {
        state.withLock { $0.entries[origin]?.host }
    }
}
