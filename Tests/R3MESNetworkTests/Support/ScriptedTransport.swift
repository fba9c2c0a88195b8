// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Logging
import NIOCore
import R3MESTestSupport
import Synchronization

@testable import R3MESNetwork

/// Answers from a script instead of a network, and notes what it was asked to send and when.
final class ScriptedTransport: Transport {
    struct Sent: Sendable {
        let url: String
        let request: ClientRequest
        let timeout: Duration
        let at: ContinuousClock.Instant
    }

    typealias Script = @Sendable (_ number: Int, _ sent: Sent) async -> TryResult

    let clock: TestClock
    private let script: Script
    private let state = Mutex((sent: [Sent](), inFlight: 0))

    init(clock: TestClock, script: @escaping Script) {
        self.clock = clock
        self.script = script
    }

    var sent: [Sent] { state.withLock { $0.sent } }
    var inFlight: Int { state.withLock { $0.inFlight } }
    var connections: ConnectionCount { ConnectionCount() }

    func send(_ request: ClientRequest, to url: String, timeout: Duration, maximumBytes: Int) async -> TryResult {
        let sent = Sent(url: url, request: request, timeout: timeout, at: clock.now)
        let number = state.withLock { state in
            state.sent.append(sent)
            state.inFlight += 1
            return state.sent.count
        }
        defer { state.withLock { $0.inFlight -= 1 } }
        return await script(number, sent)
    }

    func shutdown() async {}

    /// Takes so long on the test's clock, then gives the result; runs out of time or is cancelled like a real one.
    func take(_ time: Duration, _ sent: Sent, _ result: TryResult) async -> TryResult {
        do {
            try await clock.sleep(until: sent.at.advanced(by: min(time, sent.timeout)))
        } catch {
            return .cancelled
        }
        return time < sent.timeout ? result : .failed(.tryTimeout)
    }
}

extension TryResult {
    static func answered(_ status: Int, body: String = "", _ fields: HTTPFields = [:]) -> TryResult {
        let response = ClientResponse(status: .init(code: status), headerFields: fields, body: ByteBuffer(string: body))
        return TryResult(outcome: .success(response), bytesReceived: body.utf8.count)
    }

    static func failed(_ code: NetworkError.Code, sent: Bool = true) -> TryResult {
        .failure(NetworkError(code, "scripted", mayHaveBeenSent: sent))
    }
}

extension ResilientClient.Configuration {
    /// Waits that a test can foretell.
    static func forTests(retries: Int = 3, _ change: (inout Self) -> Void = { _ in }) -> Self {
        var configuration = Self()
        configuration.retry.maximumRetries = retries
        configuration.retry.backoff = Backoff(base: .milliseconds(100), jitter: .none)
        change(&configuration)
        return configuration
    }
}

extension ResilientClient {
    /// A client over a script, on the test's clock.
    convenience init(
        _ configuration: Configuration = .forTests(),
        endpoints: EndpointSet? = nil,
        transport: ScriptedTransport
    ) throws {
        try self.init(
            configuration,
            endpoints: endpoints,
            retryBudget: nil,
            transport: transport,
            timeline: Timeline(transport.clock),
            logger: .silent
        )
    }

    func code(of request: ClientRequest) async -> NetworkError.Code? {
        do {
            _ = try await execute(request)
            return nil
        } catch {
            return (error as? NetworkError)?.code
        }
    }
}

extension Logger {
    static var silent: Logger {
        Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }
}
