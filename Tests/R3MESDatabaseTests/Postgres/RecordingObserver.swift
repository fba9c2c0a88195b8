// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import Synchronization

/// Keeps all that it is told.
final class RecordingObserver: StatementObserver {
    private let kept = Mutex<[StatementEvent]>([])

    var events: [StatementEvent] { kept.withLock { $0 } }

    func statementEnded(_ event: StatementEvent) {
        kept.withLock { $0.append(event) }
    }
}
