// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A value that the tasks of a test share.
final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) {
        mutex = Mutex(value)
    }

    var value: Value { mutex.withLock { $0 } }

    func update<Result: Sendable>(_ body: @Sendable (inout Value) -> Result) -> Result {
        mutex.withLock { body(&$0) }
    }
}

extension Shared<Int> {
    /// Adds one, and gives the sum.
    @discardableResult
    func increment() -> Int {
        update { value in
            value += 1
            return value
        }
    }
}
