// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import NIOCore
import R3MESResponse

/// A real Hummingbird server on a port of its own, as long as the body runs.
@concurrent
func withServer<Result: Sendable>(
    _ router: Router<BasicRequestContext>,
    _ body: @escaping @Sendable @concurrent (_ port: Int) async throws -> Result
) async throws -> Result {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
        router: router,
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        defer { group.cancelAll() }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next() ?? 0
        return try await body(port)
    }
}

/// Sends one request to a server with these routes.
@concurrent
func answer(
    _ method: String = "GET",
    _ path: String = "/",
    _ headers: [(String, String)] = [],
    body: [UInt8] = [],
    from router: Router<BasicRequestContext>
) async throws -> RawAnswer {
    try await withServer(router) { port in
        try await RawClient.exchange(RawClient.request(method, path, headers, body: body), port: port)
    }
}

/// The code of the error that is thrown, or nil if none is.
func code<Value>(of body: () throws(ResponseError) -> Value) -> ResponseError.Code? {
    do throws(ResponseError) {
        _ = try body()
        return nil
    } catch {
        return error.code
    }
}
