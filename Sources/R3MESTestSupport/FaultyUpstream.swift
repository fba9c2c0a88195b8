// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// A small real HTTP server on loopback that misbehaves as a test tells it to, and counts what it sees.
///
/// Every request is answered by what the script says for it. Nothing is timed by the server's own will: a test holds an
/// answer back with ``Behavior/held(_:)`` and waits for facts with ``wait(until:)``.
public final class FaultyUpstream: Sendable {
    /// Decides what to do with a request; the number counts the requests of this server from 1.
    public typealias Script = @Sendable (_ number: Int, _ request: SeenRequest) -> Behavior

    /// A request as it came in, without its body's content.
    public struct SeenRequest: Hashable, Sendable {
        /// The method.
        public var method: String
        /// The path and the query.
        public var path: String
        /// The fields, names in lower case.
        public var fields: [String: String]
        /// The connection that it came in on, counted from 1.
        public var connection: Int
    }

    /// What the server has seen so far.
    public struct Snapshot: Sendable {
        /// All requests whose end has come in, in order.
        public internal(set) var requests: [SeenRequest] = []
        /// Connections accepted.
        public internal(set) var connections = 0
        /// Connections that stand.
        public internal(set) var openConnections = 0
        /// Requests whose client went away before the answer was whole.
        public internal(set) var abandoned = 0
        /// Answers that are held back.
        public internal(set) var held = 0
    }

    private struct Waiter {
        let condition: @Sendable (Snapshot) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var snapshot = Snapshot()
        var waiters: [Waiter] = []
        var isReleased = false
        var held: [@Sendable () -> Void] = []
    }

    /// The port it listens on.
    public let port: Int
    /// The server's URL, without a slash at the end.
    public let url: String

    private let channel: any Channel
    private let recorder: Recorder

    /// Starts a server on a free port.
    ///
    /// - Parameters:
    ///   - tls: Whether to speak TLS with ``certificate``, and HTTP/2 to whoever asks for it.
    ///   - script: What to do with each request.
    public init(tls: Bool = false, _ script: @escaping Script = { _, _ in .answer() }) async throws {
        let recorder = Recorder()
        let initialize = try Self.initializer(tls: tls, recorder: recorder, script: script)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                let number = recorder.connectionOpened()
                channel.closeFuture.whenComplete { _ in recorder.connectionClosed() }
                return channel.eventLoop.makeCompletedFuture { try initialize(channel, number) }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0)
            .get()
        port = channel.localAddress?.port ?? 0
        url = tls ? "https://localhost:\(port)" : "http://127.0.0.1:\(port)"
        self.recorder = recorder
    }

    /// Runs the body with a server, and stops the server when it ends.
    public static func run<Result>(
        tls: Bool = false,
        _ script: @escaping Script = { _, _ in .answer() },
        _ body: (FaultyUpstream) async throws -> Result
    ) async throws -> Result {
        let upstream = try await FaultyUpstream(tls: tls, script)
        do {
            let result = try await body(upstream)
            await upstream.stop()
            return result
        } catch {
            await upstream.stop()
            throw error
        }
    }

    /// What it has seen until now.
    public var snapshot: Snapshot { recorder.snapshot }

    /// Returns as soon as the condition holds.
    public func wait(until condition: @escaping @Sendable (Snapshot) -> Bool) async {
        await recorder.wait(until: condition)
    }

    /// Lets all answers go that are or will be held back.
    public func release() {
        recorder.release()
    }

    /// Stops listening; connections close with their clients.
    public func stop() async {
        try? await channel.close()
    }
}

extension FaultyUpstream {
    /// The books, shared by the server's channels.
    final class Recorder: Sendable {
        private let state = Mutex(State())

        var snapshot: Snapshot { state.withLock { $0.snapshot } }

        func connectionOpened() -> Int {
            var number = 0
            change {
                $0.connections += 1
                $0.openConnections += 1
                number = $0.connections
            }
            return number
        }

        func connectionClosed() {
            change { $0.openConnections -= 1 }
        }

        /// Returns the number of the request.
        func received(_ request: SeenRequest) -> Int {
            var number = 0
            change {
                $0.requests.append(request)
                number = $0.requests.count
            }
            return number
        }

        func abandoned() {
            change { $0.abandoned += 1 }
        }

        /// Performs the action now, or when the test lets go.
        func hold(_ action: @escaping @Sendable () -> Void) {
            let isReleased = state.withLock { state in
                if !state.isReleased {
                    state.held.append(action)
                }
                return state.isReleased
            }
            if isReleased {
                action()
            } else {
                change { $0.held += 1 }
            }
        }

        func release() {
            let held = state.withLock { state in
                state.isReleased = true
                defer { state.held = [] }
                return state.held
            }
            held.forEach { $0() }
        }

        func wait(until condition: @escaping @Sendable (Snapshot) -> Bool) async {
            await withCheckedContinuation { continuation in
                let holds = state.withLock { state in
                    guard condition(state.snapshot) else {
                        state.waiters.append(Waiter(condition: condition, continuation: continuation))
                        return false
                    }
                    return true
                }
                if holds {
                    continuation.resume()
                }
            }
        }

        private func change(_ update: (inout Snapshot) -> Void) {
            let content = state.withLock { state in
                update(&state.snapshot)
                let content = state.waiters.filter { $0.condition(state.snapshot) }
                state.waiters.removeAll { $0.condition(state.snapshot) }
                return content
            }
            content.forEach { $0.continuation.resume() }
        }
    }
}
