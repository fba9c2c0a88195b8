// SPDX-License-Identifier: Apache-2.0

import DequeModule
import NIOCore

/// What a connection that callers share has to do next, as a value.
///
/// It outlives the socket: commands wait here while there is none, and go out in order once there is one. A command has been
/// sent or it hasn't; one that has, and whose answer can't come any more, fails and is never sent again by itself.
struct ConnectionState {
    enum Phase: Equatable {
        /// Nobody has asked for a connection yet.
        case idle
        case connecting
        case ready
        /// A try has failed, and the next one comes later.
        case waiting
        case closed
    }

    /// What to do with a command that came.
    enum Submission {
        /// It waits, and somebody else will see to it.
        case queued
        /// It waits, and a flush must be scheduled.
        case flush
        /// It waits, and a connection must be made.
        case connect
        /// It is in flight, and this caller may write it to the idle socket.
        case write(DirectSocket, epoch: Int)
        case refused(CacheError)
    }

    /// A command that has been sent.
    private struct Sent {
        let command: PendingCommand
        var missing: Int
        var answers: [RESPValue] = []
    }

    let limits: ConnectionLimits
    /// Whether a lost socket is replaced; a leased connection's isn't, since its state is lost with it.
    let reconnects: Bool
    private(set) var phase = Phase.idle
    /// Counts sockets, so that what an old one says late is told apart.
    private(set) var epoch = 0
    private(set) var disconnectedSince: NIODeadline?
    private var reason: CacheError?
    private var queue: Deque<PendingCommand> = []
    private var queuedBytes = 0
    private var sent: Deque<Sent> = []
    private var isFlushScheduled = false
    private var isWritable = true
    private var socket: DirectSocket?
    private var isWritingDirectly = false
    /// When the next look at deadlines is due.
    private(set) var alarm: NIODeadline?

    init(limits: ConnectionLimits, reconnects: Bool = true) {
        self.limits = limits
        self.reconnects = reconnects
    }

    var queuedCount: Int { queue.count }
    var inFlightCount: Int { sent.count }
    var isDrained: Bool { queue.isEmpty && sent.isEmpty }
}

// MARK: - Commands

extension ConnectionState {
    mutating func submit(_ command: PendingCommand) -> Submission {
        if phase == .closed {
            return .refused(reason ?? CacheError(.closed, "the client has been shut down"))
        }
        if let reason, let since = disconnectedSince, command.start - since >= limits.unavailableAfter {
            return .refused(reason)
        }
        if queue.count + sent.count >= limits.commands || queuedBytes + command.byteCount > limits.bytes {
            sweep()
            if queue.count + sent.count >= limits.commands || queuedBytes + command.byteCount > limits.bytes {
                return .refused(CacheError(.queueFull, "\(queue.count + sent.count) commands wait for Redis"))
            }
        }
        if let socket, phase == .ready, sent.isEmpty, queue.isEmpty, !isFlushScheduled, !isWritingDirectly, isWritable,
            command.byteCount <= DirectSocket.largestWrite
        {
            isWritingDirectly = true
            append(sent: command)
            return .write(socket, epoch: epoch)
        }
        queue.append(command)
        queuedBytes += command.byteCount
        switch phase {
        case .ready:
            guard !isFlushScheduled, !isWritingDirectly, isWritable else { return .queued }
            isFlushScheduled = true
            return .flush
        case .idle:
            return .connect
        case .connecting, .waiting, .closed:
            return .queued
        }
    }

    /// The caller's own write is done: true if commands came meanwhile and a flush must be scheduled.
    mutating func endDirectWrite(epoch: Int) -> Bool {
        guard epoch == self.epoch else { return false }
        isWritingDirectly = false
        guard phase == .ready, !queue.isEmpty, !isFlushScheduled, isWritable else { return false }
        isFlushScheduled = true
        return true
    }

    /// What to write now, at most so many bytes at a time: the rest follows when the socket took these.
    mutating func takeBatch() -> [PendingCommand] {
        isFlushScheduled = false
        guard phase == .ready, isWritable, !isWritingDirectly else { return [] }
        var batch: [PendingCommand] = []
        batch.reserveCapacity(queue.count)
        var bytes = 0
        while bytes < limits.batchBytes, let command = queue.popFirst() {
            queuedBytes -= command.byteCount
            guard !command.isFinished else { continue }
            bytes += command.byteCount
            batch.append(command)
            append(sent: command)
        }
        if !queue.isEmpty { isFlushScheduled = true }
        return batch
    }

    /// Whether there is more to write than the last batch held, for which a flush is due.
    var needsFlush: Bool { isFlushScheduled }

    /// The socket took, or no longer takes, bytes: true if a flush must be scheduled.
    mutating func setWritable(_ writable: Bool) -> Bool {
        isWritable = writable
        guard writable, phase == .ready, !queue.isEmpty, !isFlushScheduled, !isWritingDirectly else { return false }
        isFlushScheduled = true
        return true
    }

    private mutating func append(sent command: PendingCommand) {
        sent.append(Sent(command: command, missing: command.commands.count))
    }

    /// Matches answers to the commands in flight; nil if there are more answers than commands.
    mutating func receive(_ answers: [RESPValue]) -> [(PendingCommand, RESPValue)]? {
        var matched: [(PendingCommand, RESPValue)] = []
        matched.reserveCapacity(answers.count)
        for answer in answers {
            guard let head = sent.first else { return nil }
            if head.missing == 1 {
                sent.removeFirst()
                guard head.command.commands.count > 1 else {
                    matched.append((head.command, answer))
                    continue
                }
                matched.append((head.command, .array(head.answers + [answer])))
            } else {
                sent[sent.startIndex].missing -= 1
                sent[sent.startIndex].answers.append(answer)
            }
        }
        return matched
    }

    /// Drops what waits unsent and for nobody.
    private mutating func sweep() {
        queue.removeAll { $0.isFinished }
        queuedBytes = queue.reduce(0) { $0 + $1.byteCount }
    }
}

// MARK: - Connections

extension ConnectionState {
    /// A connection is being made: its epoch, or nil if there is no need.
    mutating func beginConnecting(now: NIODeadline) -> Int? {
        guard phase == .idle || phase == .waiting else { return nil }
        phase = .connecting
        epoch += 1
        disconnectedSince = disconnectedSince ?? now
        return epoch
    }

    /// The socket speaks: false if it isn't wanted any more.
    mutating func connect(epoch: Int, socket: DirectSocket?) -> Bool {
        guard phase == .connecting, epoch == self.epoch else { return false }
        phase = .ready
        self.socket = socket
        isWritable = true
        isWritingDirectly = false
        isFlushScheduled = !queue.isEmpty
        disconnectedSince = nil
        reason = nil
        return true
    }

    /// What follows from the end of a socket or of a try.
    struct Loss {
        /// Commands to fail because they were in flight.
        var lost: [PendingCommand] = []
        /// Commands to fail because there is no connection for too long.
        var unsent: [PendingCommand] = []
        /// Whether to try again later.
        var reconnects = false
    }

    /// Nil if that socket isn't this connection's any more.
    mutating func lose(epoch: Int, error: CacheError, now: NIODeadline) -> Loss? {
        guard epoch == self.epoch, phase == .connecting || phase == .ready else { return nil }
        var loss = Loss(lost: sent.map(\.command), reconnects: reconnects)
        sent = []
        socket = nil
        isFlushScheduled = false
        reason = error
        guard reconnects else {
            phase = .closed
            loss.unsent = takeQueue()
            return loss
        }
        phase = .waiting
        let since = disconnectedSince ?? now
        disconnectedSince = since
        if now - since >= limits.unavailableAfter {
            loss.unsent = takeQueue()
        }
        return loss
    }

    private mutating func takeQueue() -> [PendingCommand] {
        defer {
            queue = []
            queuedBytes = 0
        }
        return Array(queue)
    }

    /// Nothing new is taken; all that hasn't been answered is given back to be failed.
    mutating func close() -> [PendingCommand] {
        phase = .closed
        reason = nil
        epoch += 1
        socket = nil
        defer { sent = [] }
        return takeQueue() + sent.map(\.command)
    }
}

// MARK: - Deadlines

extension ConnectionState {
    /// A command is due then: true if the alarm must be set to it.
    mutating func setAlarm(for deadline: NIODeadline) -> Bool {
        guard deadline < .distantFuture else { return false }
        if let alarm, alarm <= deadline { return false }
        alarm = deadline
        return true
    }

    /// The alarm went off: who is due, and when to look again.
    mutating func fire(now: NIODeadline) -> (due: [PendingCommand], next: NIODeadline?) {
        // One that an earlier alarm replaced has nothing to do.
        guard let alarm, alarm <= now else { return ([], nil) }
        var due: [PendingCommand] = []
        var next: NIODeadline?
        for command in [sent.map(\.command), Array(queue)].joined() where !command.isFinished {
            if command.deadline <= now {
                due.append(command)
            } else {
                next = min(next ?? command.deadline, command.deadline)
            }
        }
        queue.removeAll { $0.deadline <= now || $0.isFinished }
        queuedBytes = queue.reduce(0) { $0 + $1.byteCount }
        self.alarm = next
        return (due, next)
    }
}
