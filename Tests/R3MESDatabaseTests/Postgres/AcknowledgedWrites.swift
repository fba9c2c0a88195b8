// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What was promised to be stored, by number, while a test goes on.
final class AcknowledgedWrites: Sendable {
    private let kept = Mutex<Set<Int>>([])
    private let over = Atomic(false)
    private let failed = Atomic(0)

    var numbers: Set<Int> { kept.withLock { $0 } }
    var count: Int { kept.withLock { $0.count } }
    var failures: Int { failed.load(ordering: .relaxed) }
    var isOver: Bool { over.load(ordering: .relaxed) }

    func add(_ number: Int) {
        kept.withLock { _ = $0.insert(number) }
    }

    func fail() {
        failed.add(1, ordering: .relaxed)
    }

    func end() {
        over.store(true, ordering: .relaxed)
    }
}
