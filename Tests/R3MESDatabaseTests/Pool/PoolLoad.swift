// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How busy a server says it is.
final class PoolLoad: Sendable {
    private let state = Mutex(0.0)

    var value: Double {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
