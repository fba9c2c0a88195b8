// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Runs a closure on some threads of their own and waits for all; gives what they returned, in no order.
func onThreads<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (_ number: Int) -> Result) -> [Result] {
    let results = Results<Result>()
    let group = DispatchGroup()
    for number in 0..<count {
        group.enter()
        Thread.detachNewThread {
            results.append(body(number))
            group.leave()
        }
    }
    group.wait()
    return results.all
}

private final class Results<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }

    func append(_ element: Element) {
        elements.withLock { $0.append(element) }
    }
}
