// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What a warmer has done so far.
final class WarmingProgress: Sendable {
    private let state = Mutex(CacheWarmer.Report())

    var report: CacheWarmer.Report { state.withLock { $0 } }

    func begin(_ keys: Int) {
        state.withLock { $0.keys = keys }
    }

    func succeed(_ count: Int) {
        state.withLock { $0.loaded += count }
    }

    func fail(_ count: Int) {
        state.withLock { $0.failed += count }
    }

    func cut() {
        state.withLock { $0.isCutShort = true }
    }
}
