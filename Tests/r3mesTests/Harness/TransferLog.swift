// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What several clients sent and what they were answered, by idempotency key.
final class TransferLog: Sendable {
    private struct State {
        var sent: [String: [String: String]] = [:]
        var acknowledged: [String: String] = [:]
    }

    private let state = Mutex(State())

    var sent: [String: [String: String]] { state.withLock(\.sent) }
    var acknowledged: [String: String] { state.withLock(\.acknowledged) }

    func send(_ order: [String: String], key: String) {
        state.withLock { $0.sent[key] = order }
    }

    /// Notes an answer and tells how many there are.
    func acknowledge(_ transferID: String, key: String) -> Int {
        state.withLock { state in
            state.acknowledged[key] = transferID
            return state.acknowledged.count
        }
    }
}
