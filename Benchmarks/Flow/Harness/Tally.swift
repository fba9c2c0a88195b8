// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A number that many tasks count at.
final class Tally: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    /// Returns the new value.
    @discardableResult
    func add(_ amount: Int = 1) -> Int {
        count.add(amount, ordering: .relaxed).newValue
    }

    /// Raises the value to this one, if that is higher.
    func raise(to value: Int) {
        count.max(value, ordering: .relaxed)
    }

    func reset() {
        count.store(0, ordering: .relaxed)
    }
}
