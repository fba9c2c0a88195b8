// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("RetryPolicy")
struct RetryPolicyTests {
    private static let policy = RetryPolicy(backoff: Backoff(base: .milliseconds(100), jitter: .none))

    private static func failed(_ code: NetworkError.Code, sent: Bool = true) -> TryResult {
        .failure(NetworkError(code, "", mayHaveBeenSent: sent))
    }

    private static func answered(_ status: Int, _ fields: HTTPFields = [:]) -> TryResult {
        TryResult(outcome: .success(ClientResponse(status: .init(code: status), headerFields: fields)))
    }

    private func decide(
        _ result: TryResult,
        repeatable: Bool = true,
        retries: Int = 0,
        remaining: Duration = .seconds(10),
        expected: Duration = .zero,
        budget: Bool = true
    ) -> RetryPolicy.Decision {
        var generator = SeededGenerator(seed: 1)
        let situation = RetryPolicy.Situation(
            result: result,
            isRepeatable: repeatable,
            retries: retries,
            previousWait: nil,
            remaining: remaining,
            expectedTry: expected,
            wallClock: 0
        )
        return Self.policy.decision(for: situation, using: &generator) { budget }
    }

    @Test("a request that may have reached the server is repeated only if its method or its key allow it")
    func safety() {
        #expect(decide(Self.failed(.connectionClosed), repeatable: false) == .stop(.unsafe))
        #expect(decide(Self.failed(.readTimeout), repeatable: false) == .stop(.unsafe))
        #expect(decide(Self.answered(503), repeatable: false) == .stop(.unsafe))
        #expect(
            decide(Self.failed(.connectionFailed, sent: false), repeatable: false) == .retry(after: .milliseconds(100))
        )
        #expect(decide(Self.failed(.refused, sent: false), repeatable: false) == .retry(after: .milliseconds(100)))
        #expect(decide(Self.failed(.connectionClosed)) == .retry(after: .milliseconds(100)))
    }

    @Test(
        "methods and keys that allow a repeat",
        arguments: [
            (.get, true), (.head, true), (.options, true), (.trace, true), (.put, true), (.delete, true),
            (.query, true),
            (.post, false), (.patch, false), (.connect, false),
        ] as [(HTTPRequest.Method, Bool)]
    )
    func methods(method: HTTPRequest.Method, repeatable: Bool) throws {
        #expect(RepeatSafety.isRepeatable(method: method, headerFields: [:]) == repeatable)
        let key = try #require(HTTPField.Name("IDEMPOTENCY-key"))
        #expect(RepeatSafety.isRepeatable(method: method, headerFields: [key: "7f3"]))
        #expect(RepeatSafety.isRepeatable(method: method, headerFields: [key: ""]) == repeatable)
    }

    @Test(
        "two copies at once are for reading methods only",
        arguments: [HTTPRequest.Method.put, .delete, .post, .patch]
    )
    func hedgeable(method: HTTPRequest.Method) {
        #expect(!RepeatSafety.isSafe(method))
        #expect(RepeatSafety.isSafe(.get))
    }

    @Test("statuses that are settled", arguments: [200, 204, 301, 400, 401, 404, 409, 501])
    func settled(status: Int) {
        #expect(decide(Self.answered(status)) == .stop(.settled))
    }

    @Test("what would fail again, or was refused on this side, is not repeated")
    func notRepeated() {
        for code in [NetworkError.Code.responseTooLarge, .invalidRequest, .invalidResponse, .cancelled, .other] {
            #expect(decide(Self.failed(code)) == .stop(.permanent))
        }
        for code in [NetworkError.Code.circuitOpen, .bulkheadFull, .stopped] {
            #expect(decide(Self.failed(code, sent: false)) == .stop(.notSent))
        }
        #expect(decide(Self.failed(.deadlineExceeded)) == .stop(.deadline))
    }

    @Test("three retries, no more")
    func exhausted() {
        #expect(decide(Self.answered(500), retries: 2) == .retry(after: .milliseconds(400)))
        #expect(decide(Self.answered(500), retries: 3) == .stop(.exhausted))
    }

    @Test("a retry that cannot end before the deadline is not begun")
    func deadline() {
        #expect(decide(Self.answered(500), remaining: .milliseconds(100)) == .stop(.deadline))
        #expect(decide(Self.answered(500), remaining: .milliseconds(101)) == .retry(after: .milliseconds(100)))
        #expect(
            decide(Self.answered(500), remaining: .milliseconds(150), expected: .milliseconds(60)) == .stop(.deadline)
        )
    }

    @Test("the server's wish is a minimum, and it too must fit the deadline")
    func retryAfter() {
        #expect(decide(Self.answered(503, [.retryAfter: "2"])) == .retry(after: .seconds(2)))
        #expect(decide(Self.answered(503, [.retryAfter: "0"])) == .retry(after: .milliseconds(100)))
        #expect(
            decide(Self.answered(429, [.retryAfter: "999999999999"]), remaining: .seconds(31))
                == .retry(after: .seconds(30))
        )
        #expect(decide(Self.answered(429, [.retryAfter: "20"])) == .stop(.deadline))
    }

    @Test("the budget is asked only for a retry that would be made")
    func budget() {
        #expect(decide(Self.answered(500), budget: false) == .stop(.budget))
        var generator = SeededGenerator(seed: 1)
        var asked = 0
        let situation = RetryPolicy.Situation(
            result: Self.answered(500),
            isRepeatable: true,
            retries: 3,
            previousWait: nil,
            remaining: .seconds(1),
            expectedTry: .zero,
            wallClock: 0
        )
        _ = Self.policy.decision(for: situation, using: &generator) {
            asked += 1
            return true
        }
        #expect(asked == 0)
    }
}
