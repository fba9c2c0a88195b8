// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Whoever a connection's answers and messages are for; called on its event loop.
protocol RESPReceiver: AnyObject {
    func receive(_ answers: [RESPValue], epoch: Int)
    func receive(push message: [RESPValue], epoch: Int)
    func setWritable(_ writable: Bool, epoch: Int)
    func end(_ error: CacheError, epoch: Int)
}

/// The last handler of a connection's pipeline: shakes hands, then makes values of bytes for the receiver.
final class RESPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let receiver: any RESPReceiver
    private let epoch: Int
    private let established: EventLoopPromise<Void>
    private var handshake: Handshake
    private var parser: RESPParser
    private var isEstablished = false
    private var hasEnded = false
    private var error: CacheError?

    init(
        receiver: any RESPReceiver,
        epoch: Int,
        handshake: Handshake,
        limits: RESPLimits,
        established: EventLoopPromise<Void>
    ) {
        self.receiver = receiver
        self.epoch = epoch
        self.handshake = handshake
        self.established = established
        parser = RESPParser(limits: limits)
    }

    func channelActive(context: ChannelHandlerContext) {
        proceed(handshake.start(), context)
    }

    private func proceed(_ step: Handshake.Step, _ context: ChannelHandlerContext) {
        switch step {
        case .wait:
            break
        case .send(let commands):
            var bytes = ByteBuffer()
            for command in commands {
                bytes.write(command)
            }
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        case .done:
            isEstablished = true
            established.succeed()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parser.append(unwrapInboundIn(data))
        var answers: [RESPValue] = []
        do throws(RESPParseError) {
            while let value = try parser.next() {
                if case .push(let message) = value {
                    // Answers that came before must be seen before: what they say is older.
                    deliver(&answers)
                    receiver.receive(push: message, epoch: epoch)
                } else if isEstablished {
                    answers.append(value)
                } else {
                    shake(value, context)
                }
            }
        } catch {
            deliver(&answers)
            fail(CacheError(.protocolViolation, "Redis sent no valid answer: \(error.message)"), context)
            return
        }
        deliver(&answers)
    }

    private func deliver(_ answers: inout [RESPValue]) {
        guard !answers.isEmpty else { return }
        receiver.receive(answers, epoch: epoch)
        answers = []
    }

    private func shake(_ answer: RESPValue, _ context: ChannelHandlerContext) {
        guard error == nil else { return }
        do throws(CacheError) {
            proceed(try handshake.receive(answer), context)
        } catch {
            fail(error, context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        receiver.setWritable(context.channel.isWritable, epoch: epoch)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(CacheError(.connectionLost, "the connection to Redis failed", underlying: error), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    private func fail(_ error: CacheError, _ context: ChannelHandlerContext) {
        self.error = self.error ?? error
        context.close(promise: nil)
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        let error = error ?? CacheError(.connectionLost, "Redis closed the connection")
        if isEstablished {
            receiver.end(error, epoch: epoch)
        } else {
            established.fail(error)
        }
    }
}
