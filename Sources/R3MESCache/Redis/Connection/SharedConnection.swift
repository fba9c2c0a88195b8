// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// A connection that all callers share: performs what a ``ConnectionState`` decides.
///
/// Commands of one turn of the event loop go out by one write. A caller who finds the connection idle writes by himself,
/// which spares the wake-up of another thread. Everything but that and the queueing happens on the event loop.
final class SharedConnection: Sendable {
    /// What only the event loop touches.
    final class Loop {
        var channel: (any Channel)?
        var buffer = ByteBuffer()
        var backoff: Backoff
        var hasReadSinceCheck = true
        var healthCheck: RepeatedTask?

        init(backoff: Backoff) {
            self.backoff = backoff
        }
    }

    let eventLoop: any EventLoop
    let state: Mutex<ConnectionState>
    let loop: NIOLoopBoundBox<Loop>
    let connector: RedisConnector
    let healthCheckInterval: TimeAmount
    let events: ConnectionEvents

    init(
        connector: RedisConnector,
        eventLoop: any EventLoop,
        limits: ConnectionLimits,
        backoff: Backoff,
        healthCheckInterval: TimeAmount,
        reconnects: Bool = true,
        events: ConnectionEvents
    ) {
        self.connector = connector
        self.eventLoop = eventLoop
        self.healthCheckInterval = healthCheckInterval
        self.events = events
        state = Mutex(ConnectionState(limits: limits, reconnects: reconnects))
        loop = .makeBoxSendingValue(Loop(backoff: backoff), eventLoop: eventLoop)
    }

    /// Whether commands go out at once.
    var isReady: Bool {
        state.withLock { $0.phase == .ready }
    }

    /// Takes a command, or fails it.
    func submit(_ command: PendingCommand) {
        let (submission, alarm) = state.withLock { state in
            let submission = state.submit(command)
            return (submission, state.setAlarm(for: command.deadline))
        }
        if alarm {
            schedule(alarm: command.deadline)
        }
        switch submission {
        case .queued: break
        case .flush: scheduleFlush()
        case .connect: eventLoop.execute { self.connect() }
        case .write(let socket, let epoch): write(command, to: socket, epoch: epoch)
        case .refused(let error): command.fail(error)
        }
    }

    /// Runs at the end of this turn of the event loop, so that what else is asked for in it goes along.
    func scheduleFlush() {
        eventLoop.execute { self.flush() }
    }

    func schedule(alarm: NIODeadline) {
        eventLoop.scheduleTask(deadline: alarm) { self.fire() }
    }

    private func fire() {
        let (due, next) = state.withLock { $0.fire(now: eventLoop.now) }
        if let next {
            schedule(alarm: next)
        }
        for command in due {
            command.fail(CacheError(.deadlineExceeded, "Redis did not answer in time"))
        }
    }
}
