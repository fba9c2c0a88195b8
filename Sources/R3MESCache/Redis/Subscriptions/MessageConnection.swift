// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A connection for what the server sends by itself, kept up for as long as someone listens.
///
/// Answers to what is sent on it are messages like any other, as RESP2 has it: nothing waits for one.
final class MessageConnection: Sendable {
    final class Loop {
        var channel: (any Channel)?
        var epoch = 0
        var isWanted = false
        var isBusy = false
        var hasReadSinceCheck = true
        var backoff: Backoff
        var healthCheck: RepeatedTask?

        init(backoff: Backoff) {
            self.backoff = backoff
        }
    }

    /// What the owner is told, on the event loop.
    struct Listener: Sendable {
        /// A connection is there; returns what to send first.
        var connected: @Sendable () -> [RedisCommand]
        /// A connection that worked has ended.
        var lost: @Sendable () -> Void
        var message: @Sendable ([RESPValue]) -> Void
    }

    private let connector: RedisConnector
    private let eventLoop: any EventLoop
    private let loop: NIOLoopBoundBox<Loop>
    private let healthCheckInterval: TimeAmount
    private let events: ConnectionEvents
    private let listener: Listener

    init(
        connector: RedisConnector,
        _ configuration: RedisClient.Configuration,
        events: ConnectionEvents,
        listener: Listener
    ) {
        let options = configuration.options
        self.connector = connector
        self.events = events
        self.listener = listener
        eventLoop = options.eventLoopGroup.next()
        healthCheckInterval = TimeAmount(options.healthCheckInterval)
        let backoff = Backoff(base: options.reconnectDelay, maximum: options.maximumReconnectDelay)
        loop = .makeBoxSendingValue(Loop(backoff: backoff), eventLoop: eventLoop)
    }

    /// Connects, and again whenever the connection breaks, until ``stop()``.
    func start() {
        eventLoop.execute {
            self.loop.value.isWanted = true
            self.connect()
        }
    }

    func stop() {
        eventLoop.execute {
            self.loop.value.isWanted = false
            self.loop.value.channel?.close(promise: nil)
        }
    }

    /// Sends commands if there is a connection; else `connected` says what is needed when there is.
    func send(_ commands: [RedisCommand]) {
        eventLoop.execute { self.write(commands) }
    }

    private func write(_ commands: [RedisCommand]) {
        guard let channel = loop.value.channel, !commands.isEmpty else { return }
        var bytes = ByteBuffer()
        for command in commands {
            bytes.write(command)
        }
        channel.writeAndFlush(bytes, promise: nil)
    }

    private func connect() {
        guard loop.value.isWanted, !loop.value.isBusy, loop.value.channel == nil else { return }
        loop.value.isBusy = true
        loop.value.epoch += 1
        let epoch = loop.value.epoch
        connector.connect(on: eventLoop, for: self, epoch: epoch).assumeIsolated().whenComplete { result in
            self.loop.value.isBusy = false
            switch result {
            case .success(let channel):
                self.use(channel, epoch: epoch)
            case .failure(let error):
                self.events.failed(error as? CacheError ?? CacheError(.unavailable, "no connection", underlying: error))
                self.retry()
            }
        }
    }

    private func use(_ channel: any Channel, epoch: Int) {
        guard loop.value.isWanted else {
            channel.close(promise: nil)
            return
        }
        loop.value.channel = channel
        loop.value.backoff.reset()
        loop.value.hasReadSinceCheck = true
        events.connected()
        loop.value.healthCheck = eventLoop.scheduleRepeatedTask(
            initialDelay: healthCheckInterval,
            delay: healthCheckInterval
        ) { _ in self.checkHealth() }
        write(listener.connected())
    }

    private func retry() {
        guard loop.value.isWanted else { return }
        var generator = SystemRandomNumberGenerator()
        let delay = loop.value.backoff.next(using: &generator)
        eventLoop.scheduleTask(in: TimeAmount(delay)) { self.connect() }
    }

    /// Asks for a sign of life, and gives up a connection that gave none since the last time.
    private func checkHealth() {
        guard loop.value.hasReadSinceCheck else {
            return end(CacheError(.connectionLost, "Redis has been silent for too long"), epoch: loop.value.epoch)
        }
        loop.value.hasReadSinceCheck = false
        write([RedisCommand("PING")])
    }
}

extension MessageConnection: RESPReceiver {
    func receive(_ answers: [RESPValue], epoch: Int) {
        loop.value.hasReadSinceCheck = true
        for case .array(let message) in answers {
            listener.message(message)
        }
    }

    func receive(push message: [RESPValue], epoch: Int) {
        loop.value.hasReadSinceCheck = true
        listener.message(message)
    }

    func setWritable(_ writable: Bool, epoch: Int) {}

    func end(_ error: CacheError, epoch: Int) {
        guard epoch == loop.value.epoch, let channel = loop.value.channel else { return }
        loop.value.channel = nil
        loop.value.healthCheck?.cancel()
        loop.value.healthCheck = nil
        channel.close(promise: nil)
        events.lost(error)
        listener.lost()
        retry()
    }
}
