// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

/// Sends by AsyncHTTPClient.
///
/// Uses its delegate interface: there the deadline covers the body too, cancelling takes effect at once, and it is
/// known whether the head of the request was sent.
struct HTTPTransport: Transport {
    private static let longestTimeout = Duration.seconds(86_400 * 365)

    let client: HTTPClient
    /// Nil for a client that belongs to somebody else, who shuts it down.
    let counter: ConnectionCounter?
    let logger: Logger

    var connections: ConnectionCount {
        counter?.count ?? ConnectionCount()
    }

    func send(_ request: ClientRequest, to url: String, timeout: Duration, maximumBytes: Int) async -> TryResult {
        let collector = ResponseCollector(method: request.method, maximumBytes: maximumBytes)
        let task: HTTPClient.Task<ClientResponse>
        do {
            var headers = HTTPHeaders()
            headers.reserveCapacity(request.headerFields.count)
            for field in request.headerFields {
                headers.add(name: field.name.rawName, value: field.value)
            }
            let prepared = try HTTPClient.Request(
                url: url,
                method: HTTPMethod(rawValue: request.method.rawValue),
                headers: headers,
                body: request.body.map { .byteBuffer($0) }
            )
            task = client.execute(
                request: prepared,
                delegate: collector,
                deadline: .now() + TimeAmount(min(timeout, Self.longestTimeout)),
                logger: logger
            )
        } catch {
            return .failure(NetworkError(transport: error, headSent: false))
        }
        return await withTaskCancellationHandler {
            do {
                let response = try await task.get()
                return TryResult(outcome: .success(response), bytesReceived: response.body.readableBytes)
            } catch {
                let failure = NetworkError(transport: error, headSent: collector.headSent)
                return TryResult(outcome: .failure(failure), bytesReceived: collector.bytesReceived)
            }
        } onCancel: {
            task.cancel()
        }
    }

    func shutdown() async {
        guard counter != nil else {
            return
        }
        // The only error is a second shutdown, after which everything is closed all the same.
        try? await client.shutdown()
    }
}
