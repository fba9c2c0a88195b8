// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization

/// Gathers one answer on the event loop, refuses what is too large as soon as that is known, and notes whether anything
/// was sent.
final class ResponseCollector: HTTPClientResponseDelegate {
    typealias Response = ClientResponse

    struct TooLarge: Error {}

    private struct State {
        var headSent = false
        var head: HTTPResponseHead?
        var body = ByteBuffer()
        var bytes = 0
    }

    /// A body's announced length is not believed beyond this when space is reserved.
    private static let largestReservation = 256 * 1024

    private let maximumBytes: Int
    private let hasBody: Bool
    private let state = Mutex(State())

    init(method: HTTPRequest.Method, maximumBytes: Int) {
        self.maximumBytes = maximumBytes
        hasBody = method != .head
    }

    /// Whether the head of the request was given to the socket.
    var headSent: Bool { state.withLock { $0.headSent } }

    /// Bytes of the body so far.
    var bytesReceived: Int { state.withLock { $0.bytes } }

    func didSendRequestHead(task: HTTPClient.Task<Response>, _ head: HTTPRequestHead) {
        state.withLock { $0.headSent = true }
    }

    func didReceiveHead(task: HTTPClient.Task<Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let announced = hasBody ? head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0 : 0
        state.withLock { state in
            state.head = head
            state.body.reserveCapacity(min(announced, maximumBytes, Self.largestReservation))
        }
        return announced > maximumBytes
            ? task.eventLoop.makeFailedFuture(TooLarge())
            : task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Response>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = state.withLock { state in
            state.bytes += buffer.readableBytes
            guard state.bytes <= maximumBytes else {
                return false
            }
            state.body.writeImmutableBuffer(buffer)
            return true
        }
        return fits ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(TooLarge())
    }

    func didFinishRequest(task: HTTPClient.Task<Response>) throws -> ClientResponse {
        try state.withLock { state in
            guard let head = state.head else {
                throw HTTPClientError.remoteConnectionClosed
            }
            var fields = HTTPFields()
            fields.reserveCapacity(head.headers.count)
            for (name, value) in head.headers {
                // The parser has let the name pass; one that HTTP does not allow is left out.
                if let name = HTTPField.Name(name) {
                    fields.append(HTTPField(name: name, value: value))
                }
            }
            let status = HTTPResponse.Status(code: Int(head.status.code), reasonPhrase: head.status.reasonPhrase)
            return ClientResponse(status: status, headerFields: fields, body: state.body)
        }
    }
}
