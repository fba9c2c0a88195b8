// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Elements that several tasks take one after the other.
final class ElementQueue<Element: Sendable>: Sendable {
    let elements: [Element]
    private let nextIndex = Atomic(0)

    init(_ elements: [Element]) {
        self.elements = elements
    }

    /// How many tasks are worth starting.
    func workerCount(maxConcurrency: Int) -> Int {
        min(max(maxConcurrency, 1), elements.count)
    }

    /// The index of the next element; nil after the last one.
    ///
    /// - Throws: `CancellationError` if there is one but the task is cancelled, lest a part pass for the whole.
    func next() throws -> Int? {
        let index = nextIndex.add(1, ordering: .relaxed).oldValue
        guard index < elements.count else {
            return nil
        }
        try Task.checkCancellation()
        return index
    }
}
