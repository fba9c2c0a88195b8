// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

extension SharedConnection {
    /// Arguments beyond that size are handed to the socket as they are, the others are gathered.
    private static let largeCommand = 32 * 1024

    /// Writes what waits, on the event loop.
    func flush() {
        let batch = state.withLock { $0.takeBatch() }
        guard !batch.isEmpty, let channel = loop.value.channel else { return }
        loop.value.buffer.clear()
        for command in batch.lazy.flatMap(\.commands) {
            guard command.body.readableBytes > Self.largeCommand else {
                loop.value.buffer.write(command)
                continue
            }
            loop.value.buffer.writeRESPHead("*", command.count)
            channel.write(loop.value.buffer, promise: nil)
            channel.write(command.body, promise: nil)
            loop.value.buffer = ByteBuffer()
        }
        channel.writeAndFlush(loop.value.buffer, promise: nil)
        if state.withLock({ $0.needsFlush }) {
            scheduleFlush()
        }
    }

    /// The caller's own write to a socket that nobody else writes to now.
    func write(_ command: PendingCommand, to socket: DirectSocket, epoch: Int) {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(command.byteCount + 16)
        for command in command.commands {
            bytes.write(command)
        }
        let written = bytes.withUnsafeReadableBytes { socket.write($0) }
        guard written < bytes.readableBytes else {
            return endDirectWrite(epoch: epoch)
        }
        bytes.moveReaderIndex(forwardBy: written)
        // Nobody else may write before the rest of this has been handed over.
        eventLoop.execute { [bytes] in
            if self.state.withLock({ $0.epoch == epoch && $0.phase == .ready }) {
                self.loop.value.channel?.writeAndFlush(bytes, promise: nil)
            }
            self.endDirectWrite(epoch: epoch)
        }
    }

    private func endDirectWrite(epoch: Int) {
        if state.withLock({ $0.endDirectWrite(epoch: epoch) }) {
            scheduleFlush()
        }
    }
}
