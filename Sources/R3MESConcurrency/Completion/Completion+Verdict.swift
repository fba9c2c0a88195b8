// SPDX-License-Identifier: Apache-2.0

extension Completion<Verdict> {
    /// The verdict on a queued waiter, which may leave by cancellation of the running task or at a moment.
    ///
    /// - Parameters:
    ///   - moment: When the waiter gives up; nil for never.
    ///   - reason: Why it then gives up.
    ///   - leave: Takes the waiter out of its queue and resolves it, unless it was admitted before.
    func verdict(
        until moment: Moment?,
        reason: RefusalReason,
        on timers: TimerQueue,
        leave: @escaping @Sendable (RefusalReason) -> Void
    ) async -> Verdict {
        let timer = moment.map { moment in
            timers.schedule(at: moment) { leave(reason) }
        }
        defer {
            if let timer {
                timers.cancel(timer)
            }
        }
        return await withTaskCancellationHandler {
            await wait()
        } onCancel: {
            leave(.cancelled)
        }
    }
}
