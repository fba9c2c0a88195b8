// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Finds the master of a Redis that Sentinel watches over: asks the sentinels in turn, the last that knew first.
///
/// Source: "Guidelines for Redis clients with support for Redis Sentinel", redis.io.
final class SentinelDiscovery: Sendable {
    private let sentinels: RedisClient.Endpoint.Sentinels
    private let credentials: Handshake.Credentials?
    /// How long one sentinel may take, from the connection to the answer.
    private let timeout: TimeAmount
    private let preferred = Atomic(0)

    init(_ sentinels: RedisClient.Endpoint.Sentinels, credentials: Handshake.Credentials?, timeout: TimeAmount) {
        self.sentinels = sentinels
        self.credentials = credentials
        self.timeout = timeout
    }

    /// Where the master is now.
    func findMaster(on eventLoop: any EventLoop) -> EventLoopFuture<RedisClient.Endpoint.Host> {
        let first = preferred.load(ordering: .relaxed)
        let order = sentinels.hosts.indices.map { (first + $0) % sentinels.hosts.count }
        return ask(order[...], on: eventLoop, failure: nil)
    }

    private func ask(
        _ order: ArraySlice<Int>,
        on eventLoop: any EventLoop,
        failure: (any Error)?
    ) -> EventLoopFuture<RedisClient.Endpoint.Host> {
        guard let index = order.first else {
            let count = sentinels.hosts.count
            return eventLoop.makeFailedFuture(
                CacheError(
                    .unavailable,
                    "none of \(count) sentinels knows where the master \"\(sentinels.master)\" is",
                    underlying: failure
                )
            )
        }
        return ask(sentinels.hosts[index], on: eventLoop).map { master in
            self.preferred.store(index, ordering: .relaxed)
            return master
        }.flatMapError { error in
            self.ask(order.dropFirst(), on: eventLoop, failure: error)
        }
    }

    private func ask(
        _ sentinel: RedisClient.Endpoint.Host,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<RedisClient.Endpoint.Host> {
        let question = SentinelQuestion(promise: eventLoop.makePromise())
        let connector = RedisConnector(
            server: .host(sentinel),
            tls: nil,
            // Sentinel knows neither names of clients nor databases.
            handshake: Handshake(credentials: credentials, name: nil, database: 0, asksForRESP3: false),
            timeout: timeout,
            parserLimits: SentinelQuestion.limits
        )
        return connector.connect(on: eventLoop, for: question, epoch: 0).flatMap { channel in
            var command = RedisCommand("SENTINEL")
            command.append("GET-MASTER-ADDR-BY-NAME")
            command.append(self.sentinels.master)
            var bytes = ByteBuffer()
            bytes.write(command)
            channel.writeAndFlush(bytes, promise: nil)
            let alarm = eventLoop.scheduleTask(in: self.timeout) { channel.close(promise: nil) }
            return question.promise.futureResult.always { _ in
                alarm.cancel()
                channel.close(promise: nil)
            }
        }.flatMapThrowing { answer in
            try RedisClient.Endpoint.Host(sentinelAnswer: answer)
        }.flatMapErrorThrowing { error in
            // Does nothing if it was answered.
            question.promise.fail(error)
            throw error
        }
    }
}

/// Takes the one answer of a sentinel.
private final class SentinelQuestion: RESPReceiver, Sendable {
    static var limits: RESPLimits {
        var limits = RESPLimits()
        limits.size = 4096
        limits.bulkLength = 1024
        return limits
    }

    let promise: EventLoopPromise<RESPValue>

    init(promise: EventLoopPromise<RESPValue>) {
        self.promise = promise
    }

    func receive(_ answers: [RESPValue], epoch: Int) {
        guard let answer = answers.first else { return }
        promise.succeed(answer)
    }

    func receive(push message: [RESPValue], epoch: Int) {}

    func setWritable(_ writable: Bool, epoch: Int) {}

    func end(_ error: CacheError, epoch: Int) {
        promise.fail(error)
    }
}

extension RedisClient.Endpoint.Host {
    /// Reads the answer to `SENTINEL GET-MASTER-ADDR-BY-NAME`.
    init(sentinelAnswer answer: RESPValue) throws(CacheError) {
        switch answer {
        case .null:
            throw CacheError(.unavailable, "the sentinel doesn't know the master")
        case .error(let error):
            throw .server(error)
        default:
            guard let parts = try? [String](resp: answer), parts.count == 2, !parts[0].isEmpty,
                let port = Int(parts[1]), (1...65_535).contains(port)
            else {
                throw CacheError(.unexpectedReply, "the sentinel's answer is no address")
            }
            self.init(name: parts[0], port: port)
        }
    }
}
