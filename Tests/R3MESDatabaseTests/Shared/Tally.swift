// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A counter that tasks share.
final class Tally: Sendable {
    private let number = Atomic(0)

    var total: Int { number.load(ordering: .relaxed) }

    func count() {
        number.wrappingAdd(1, ordering: .relaxed)
    }
}
