// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What others may know of a connection that its thread works on.
final class ConnectionStatus: Sendable {
    private let inTransaction = Atomic(false)
    private let broken = Atomic(false)
    /// Something was left in the session that the next user must not find.
    private let soiled = Atomic(false)
    private let sink = Mutex<(@Sendable (PostgresNotification?) -> Void)?>(nil)

    var isInTransaction: Bool { inTransaction.load(ordering: .acquiring) }
    var isBroken: Bool { broken.load(ordering: .acquiring) }
    var isSoiled: Bool { soiled.load(ordering: .acquiring) }

    func setInTransaction(_ value: Bool) {
        inTransaction.store(value, ordering: .releasing)
    }

    func setBroken() {
        broken.store(true, ordering: .releasing)
    }

    func setSoiled(_ value: Bool) {
        soiled.store(value, ordering: .releasing)
    }

    /// Where notifications go, and nil when the connection has ended; nil for nowhere.
    var listener: (@Sendable (PostgresNotification?) -> Void)? {
        get { sink.withLock { $0 } }
        set { sink.withLock { $0 = newValue } }
    }
}
