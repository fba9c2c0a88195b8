// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Where results go, so that the compiler can't leave out the work that makes them.
package enum Sink {
    private static let last = Atomic<UInt>(0)

    @inline(never)
    package static func take(_ value: UInt) {
        last.store(value, ordering: .relaxed)
    }

    /// Lets the object escape without keeping it alive.
    @inline(never)
    package static func take(_ object: AnyObject) {
        take(UInt(bitPattern: ObjectIdentifier(object)))
    }
}
