// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Logging
import NIOCore
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESNetwork

@Suite("Log lines", .timeLimit(.minutes(1)))
struct LoggingTests {
    private final class Lines: Sendable {
        let text = Mutex([(level: Logger.Level, text: String)]())
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.text.withLock { $0.append((event.level, "\(event.message) \(event.metadata ?? [:])")) }
        }
    }

    @Test("one line per try, with its number and outcome, and nothing that may be secret")
    func onePerTry() async throws {
        let clock = TestClock()
        let lines = Lines()
        let transport = ScriptedTransport(clock: clock) { number, _ in
            number == 1 ? .failed(.connectionClosed) : .answered(200, body: "secret-body")
        }
        let client = try ResilientClient(
            .forTests { $0.retry.backoff = Backoff(base: .zero) },
            endpoints: nil,
            retryBudget: nil,
            transport: transport,
            timeline: Timeline(clock),
            logger: Logger(label: "test") { _ in Handler(lines: lines) }
        )
        let request = ClientRequest(
            .get,
            "http://a.example/secret-path?token=secret-query",
            headerFields: [.authorization: "secret-field"],
            body: ByteBuffer(string: "secret-request")
        )
        _ = try await client.execute(request)
        let seen = lines.text.withLock { $0 }
        #expect(seen.map(\.level) == [.info, .debug])
        #expect(seen[0].text.contains("connectionClosed") && seen[1].text.contains("2xx"))
        #expect(!seen.contains { $0.text.contains("secret") })
    }

    @Test("an error's description tells neither the address nor the cause")
    func description() async throws {
        let upstream = try await FaultyUpstream()
        await upstream.stop()
        let client = try ResilientClient(.forTests(retries: 0), logger: .silent)
        let error = await #expect(throws: NetworkError.self) {
            try await client.execute(ClientRequest(.get, upstream.url + "/secret"))
        }
        let description = try #require(error).description
        #expect(!description.contains("127.0.0.1") && !description.contains("secret"))
        #expect(error?.underlying != nil)
        await client.shutdown()
    }
}
