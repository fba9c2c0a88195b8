// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

extension SharedConnection {
    /// Connects unless that is done or under way; on the event loop.
    func connect() {
        guard let epoch = state.withLock({ $0.beginConnecting(now: eventLoop.now) }) else { return }
        connector.connect(on: eventLoop, for: self, epoch: epoch).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel): self.use(channel, epoch: epoch)
            case .failure(let error):
                let error = error as? CacheError ?? CacheError(.unavailable, "no connection", underlying: error)
                self.end(error, epoch: epoch)
            }
        }
    }

    private func use(_ channel: any Channel, epoch: Int) {
        let socket = directSocket(of: channel)
        loop.value.channel = channel
        guard state.withLock({ $0.connect(epoch: epoch, socket: socket) }) else {
            loop.value.channel = nil
            channel.close(promise: nil)
            return
        }
        loop.value.backoff.reset()
        loop.value.hasReadSinceCheck = true
        events.connected()
        loop.value.healthCheck = eventLoop.scheduleRepeatedTask(
            initialDelay: healthCheckInterval,
            delay: healthCheckInterval
        ) { _ in self.checkHealth(epoch: epoch) }
        flush()
    }

    /// Nil for a connection that is encrypted.
    private func directSocket(of channel: any Channel) -> DirectSocket? {
        guard connector.tls == nil else { return nil }
        return try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            DirectSocket(duplicating: $0)
        } ?? nil
    }

    /// A connection on which answers are awaited, and none came for a whole interval, is given up: the other side may
    /// be gone without a word.
    ///
    /// One that is idle is asked for a sign of life.
    private func checkHealth(epoch: Int) {
        let (isWaiting, isCurrent) = state.withLock { ($0.inFlightCount > 0, $0.epoch == epoch && $0.phase == .ready) }
        guard isCurrent else { return }
        if isWaiting && !loop.value.hasReadSinceCheck {
            return end(CacheError(.connectionLost, "Redis has been silent for too long"), epoch: epoch)
        }
        loop.value.hasReadSinceCheck = false
        if !isWaiting {
            submit(PendingCommand([RedisCommand("PING")], start: eventLoop.now, deadline: .distantFuture))
        }
    }

    /// Ends it: nothing new is taken, and what hasn't been answered fails.
    func close() {
        let commands = state.withLock { $0.close() }
        for command in commands {
            command.fail(CacheError(.closed, "the client has been shut down"))
        }
        eventLoop.execute {
            self.loop.value.healthCheck?.cancel()
            self.loop.value.healthCheck = nil
            self.loop.value.channel?.close(promise: nil)
            self.loop.value.channel = nil
        }
    }
}
