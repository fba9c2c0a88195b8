// SPDX-License-Identifier: Apache-2.0

import Logging

extension ConnectionPool {
    /// Tells the log what an operator should know.
    func report(_ action: State.Action) {
        switch action {
        case .reportLeak(let place, let held):
            logger.warning(
                "A connection has been held for very long",
                metadata: ["taken_at": "\(place)", "held": "\(held)"]
            )
        case .reportOutage(let error, let failures, let wait):
            logger.log(
                level: failures == 1 ? .warning : .debug,
                "No connection could be opened",
                metadata: ["error": "\(error)", "attempts": "\(failures)", "next_attempt_in": "\(wait)"]
            )
        case .reportRecovery(let failures):
            logger.notice("Connections can be opened again", metadata: ["failed_attempts": "\(failures)"])
        case .reportSize(let old, let change, let window):
            metrics.limitChanged(to: change.limit)
            logger.info(
                "The pool has changed its size",
                metadata: [
                    "from": "\(old)", "to": "\(change.limit)", "reason": "\(change.reason.rawValue)",
                    "longest_wait": "\(window.longestWait)", "peak_in_use": "\(window.peakInUse)",
                ]
            )
        default:
            break
        }
    }
}
