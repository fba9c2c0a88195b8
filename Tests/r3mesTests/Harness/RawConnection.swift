// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import NIOCore
import NIOPosix

/// A TCP connection to the service, for what no HTTP client sends and for seeing exactly what comes back.
struct RawConnection {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ""

    /// Runs a closure with a new connection, which is closed afterwards.
    static func with<Result: Sendable>(
        _ service: RunningService,
        _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: service.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&connection)
        }
    }

    /// Sends bytes as they are.
    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// Sends a request with a JSON body, or the first bytes of the body only.
    func post(_ path: String, key: String, _ body: String, idempotencyKey: String, cutAfter: Int? = nil) async throws {
        try await send(
            """
            POST \(path) HTTP/1.1\r
            Host: r3mes\r
            X-API-Key: \(key)\r
            Idempotency-Key: \(idempotencyKey)\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body.prefix(cutAfter ?? .max))
            """
        )
    }

    /// The next answer.
    ///
    /// - Parameter hasBody: Whether a body follows the head; none does after HEAD, whatever the length says.
    /// - Returns: Nil when the connection was closed before the first byte of an answer.
    /// - Throws: When it was closed in the middle of one.
    mutating func answer(hasBody: Bool = true) async throws -> RawAnswer? {
        while true {
            if let answer = RawAnswer(whole: received, hasBody: hasBody) {
                received.removeFirst(answer.text.count)
                return answer
            }
            guard let next = try? await inbound.next(isolation: #isolation) else { break }
            received += String(buffer: next)
        }
        guard received.isEmpty else { throw HarnessError("The answer was cut: \(received.debugDescription)") }
        return nil
    }
}

/// An HTTP answer as it came over the wire.
struct RawAnswer: Hashable, Sendable {
    let text: String
    let status: Int
    let body: String

    /// Nil unless the text begins with an answer that has arrived whole.
    fileprivate init?(whole received: String, hasBody: Bool) {
        guard let end = received.range(of: "\r\n\r\n") else { return nil }
        let lines = received[..<end.lowerBound].split(separator: "\r\n")
        guard
            let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            let statedLength = lines.first(where: { $0.lowercased().hasPrefix("content-length:") })?
                .split(separator: " ").last.flatMap({ Int($0) })
        else { return nil }
        let length = hasBody ? statedLength : 0
        guard received[end.upperBound...].utf8.count >= length else { return nil }
        self.status = status
        body = String(decoding: received[end.upperBound...].utf8.prefix(length), as: UTF8.self)
        text = received[..<end.upperBound] + body
    }
}
