// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension WorkerPool {
    /// What a job's task has to do.
    enum Work {
        case run
        case refused(any Error)

        func checkAdmission() throws {
            if case .refused(let error) = self {
                throw error
            }
        }
    }

    /// How a job ended, and what to do about it once its worker is free.
    struct Ending {
        let failure: (any Error)?
        var report: @Sendable () -> Void = {}
    }

    /// Finds a place for the job and starts its task, which waits there for a worker.
    func accept(
        priority: PriorityClass,
        _ job: @escaping @Sendable (Work) async -> Ending
    ) async throws -> Task<Void, Never> {
        guard !Task.isCancelled else {
            throw refuse(.cancelled)
        }
        let ticket = WorkerPoolState.Ticket()
        let place = try await place(for: ticket, priority: priority)
        let task = Task {
            await run(ticket, at: place, job)
            endTask(place.number)
        }
        if !state.withLock({ $0.pool.attach(task, to: place.number) }) {
            task.cancel()
        }
        return task
    }

    private func place(
        for ticket: WorkerPoolState.Ticket,
        priority: PriorityClass
    ) async throws -> WorkerPoolState.Place {
        let roomVerdict = Completion<WorkerPoolState.RoomVerdict>()
        let submission = state.withLock { state in
            state.pool.submit(ticket, priority: priority, roomVerdict: roomVerdict)
        }
        switch submission {
        case .started(let place, let verdict):
            ticket.resolve(verdict)
            return place
        case .queued(let place, let displaced):
            displaced?.resolve(.refused(.displaced))
            return place
        case .refused(let reason):
            throw refuse(reason)
        case .mustWait(let handle):
            return try await waitForRoom(roomVerdict, handle)
        }
    }

    private func waitForRoom(
        _ roomVerdict: Completion<WorkerPoolState.RoomVerdict>,
        _ handle: WaitQueue<WorkerPoolState.RoomWaiter>.Handle
    ) async throws -> WorkerPoolState.Place {
        let leave: @Sendable (RefusalReason) -> Void = { [self] reason in
            let waiter = state.withLock { $0.pool.leaveRoom(handle) }
            waiter?.verdict.resolve(.refused(reason))
            finishIfDone()
        }
        let timer = Deadline.current.map { deadline in
            timers.schedule(at: deadline.moment) { leave(.deadlineExceeded) }
        }
        defer {
            if let timer {
                timers.cancel(timer)
            }
        }
        let verdict = await withTaskCancellationHandler {
            await roomVerdict.wait()
        } onCancel: {
            leave(.cancelled)
        }
        switch verdict {
        case .accepted(let place): return place
        case .refused(let reason): throw refuse(reason)
        }
    }

    private func run(
        _ ticket: WorkerPoolState.Ticket,
        at place: WorkerPoolState.Place,
        _ job: @Sendable (Work) async -> Ending
    ) async {
        let deadline = Deadline.current
        let submitted = timers.now
        metrics.admission.beginWaiting()
        let verdict = await ticket.verdict(until: deadline?.moment, reason: .deadlineExceeded, on: timers) { reason in
            self.leave(place, reason)
        }
        let start = timers.now
        metrics.admission.endWaiting(after: submitted.duration(to: start))
        switch verdict {
        case .refused(let reason):
            await job(.refused(refuse(reason))).report()
        case .admitted(let charge, let inUse):
            // Cancelled, or too late, at the very moment of being admitted.
            let isTooLate = deadline.map { start >= $0.moment } ?? false
            guard !Task.isCancelled, !isTooLate else {
                release(charge, sample: nil)
                await job(.refused(refuse(isTooLate ? .deadlineExceeded : .cancelled))).report()
                return
            }
            metrics.admission.admit(charge)
            let ending = await job(.run)
            let duration = start.duration(to: timers.now)
            metrics.admission.release(charge)
            metrics.end(succeeded: ending.failure == nil, after: duration)
            state.withLock { state in
                if ending.failure == nil {
                    state.counts.completed += 1
                } else {
                    state.counts.failed += 1
                }
            }
            let sample = LimitSample(latency: duration, inFlight: inUse)
            release(charge, sample: ending.failure == nil ? sample : nil)
            ending.report()
        }
    }
}
