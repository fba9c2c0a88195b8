// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

extension SharedConnection: RESPReceiver {
    func receive(_ answers: [RESPValue], epoch: Int) {
        loop.value.hasReadSinceCheck = true
        let matched = state.withLock { state in
            state.epoch == epoch ? state.receive(answers) : []
        }
        guard let matched else {
            return end(CacheError(.protocolViolation, "Redis answered more than it was asked"), epoch: epoch)
        }
        for (command, answer) in matched {
            command.resolve(.success(answer))
        }
        // The sentinels made another one the master.
        if connector.handshake.requiresMaster, matched.contains(where: { $1.isReadOnlyError }) {
            end(CacheError(.connectionLost, "the server is no longer the master"), epoch: epoch)
        }
    }

    func receive(push message: [RESPValue], epoch: Int) {
        loop.value.hasReadSinceCheck = true
        events.push(message)
    }

    func setWritable(_ writable: Bool, epoch: Int) {
        let mustFlush = state.withLock { state in
            state.epoch == epoch && state.setWritable(writable)
        }
        if mustFlush {
            flush()
        }
    }

    /// The socket is gone, or is as good as gone.
    func end(_ error: CacheError, epoch: Int) {
        let loss = state.withLock { $0.lose(epoch: epoch, error: error.sent(false), now: eventLoop.now) }
        guard let loss else { return }
        loop.value.healthCheck?.cancel()
        loop.value.healthCheck = nil
        loop.value.channel?.close(promise: nil)
        let wasConnected = loop.value.channel != nil
        loop.value.channel = nil
        if wasConnected {
            events.lost(error)
        } else {
            events.failed(error)
        }
        for command in loss.lost {
            command.fail(error.sent(true))
        }
        for command in loss.unsent {
            command.fail(error.sent(false))
        }
        if loss.reconnects {
            var generator = SystemRandomNumberGenerator()
            let delay = loop.value.backoff.next(using: &generator)
            eventLoop.scheduleTask(in: TimeAmount(delay)) { self.connect() }
        }
    }
}

extension RESPValue {
    fileprivate var isReadOnlyError: Bool {
        switch self {
        case .error(let error): error.code == "READONLY"
        // What was sent together is answered together.
        case .array(let elements):
            elements.contains { if case .error(let error) = $0 { error.code == "READONLY" } else { false } }
        default: false
        }
    }
}

extension CacheError {
    /// The same failure, as it is for a command that was or was not sent.
    fileprivate func sent(_ wasSent: Bool) -> CacheError {
        switch (code, wasSent) {
        case (.connectionLost, false), (.protocolViolation, false):
            CacheError(.unavailable, "there is no connection to Redis", underlying: self)
        case (.unavailable, true):
            CacheError(.connectionLost, "the connection to Redis broke", underlying: underlying)
        default:
            self
        }
    }
}
