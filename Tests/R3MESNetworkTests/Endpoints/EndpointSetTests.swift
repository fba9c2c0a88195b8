// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("EndpointSet")
struct EndpointSetTests {
    private let start = ContinuousClock.now

    private func fail(_ state: inout EndpointSet.State, _ index: Int, at now: ContinuousClock.Instant) -> Bool {
        var generator = SeededGenerator(seed: 1)
        let others = Set(state.endpoints.indices).subtracting([index])
        let picked = state.pick(avoiding: others, now: now, using: &generator)
        #expect(picked == index)
        return state.end(index, failed: true, now: now)
    }

    @Test("failures in a row eject; each further ejection is twice as long, up to the maximum")
    func consecutiveFailures() {
        var state = EndpointSet.State(
            count: 3,
            configuration: .init(consecutiveFailures: 2, baseEjection: .seconds(5), maximumEjection: .seconds(15))
        )
        var now = start
        for duration in [5, 10, 15, 15] {
            let first = fail(&state, 0, at: now)
            let second = fail(&state, 0, at: now)
            #expect(!first && second)
            #expect(state.ejected(at: now.advanced(by: .seconds(duration) - .milliseconds(1))) == [0])
            now = now.advanced(by: .seconds(duration))
            #expect(state.ejected(at: now) == [])
        }
    }

    @Test("a low success rate ejects without failures in a row")
    func successRate() {
        var state = EndpointSet.State(count: 2, configuration: .init(consecutiveFailures: 100, minimumCalls: 20))
        var ejectedAfter: Int?
        for call in 1...40 where ejectedAfter == nil {
            var generator = SeededGenerator(seed: 1)
            _ = state.pick(avoiding: [1], now: start, using: &generator)
            if state.end(0, failed: call % 3 != 0, now: start) {
                ejectedAfter = call
            }
        }
        #expect(ejectedAfter == 20)
    }

    @Test(
        "no more than the allowed share is ejected, and never all",
        arguments: [(4, 0.5, 2), (2, 1, 1), (1, 1, 0), (3, 0.3, 0)]
    )
    func maximumEjected(count: Int, share: Double, expected: Int) {
        var state = EndpointSet.State(count: count, configuration: .init(consecutiveFailures: 1, maximumEjected: share))
        for index in 0..<count {
            _ = fail(&state, index, at: start)
        }
        #expect(state.ejected(at: start).count == expected)
    }

    @Test("picks never an ejected or avoided endpoint while there is another, and prefers the one with less in flight")
    func picking() throws {
        var generator = SeededGenerator()
        var state = EndpointSet.State(count: 3, configuration: .init(consecutiveFailures: 1))
        _ = fail(&state, 0, at: start)
        var picks = [0, 0, 0]
        for _ in 0..<300 {
            picks[try #require(state.pick(avoiding: [], now: start, using: &generator))] += 1
        }
        #expect(picks == [0, 150, 150], "seed \(generator.seed)")
        #expect(state.pick(avoiding: [1], now: start, using: &generator) == 2)
        #expect(state.pick(avoiding: [1, 2], now: start, using: &generator) == 0)
        #expect(state.pick(avoiding: [0, 1, 2], now: start, using: &generator) == nil)
    }

    @Test("what says nothing about the endpoint changes nothing but the count in flight")
    func neutral() {
        var generator = SeededGenerator(seed: 1)
        var state = EndpointSet.State(count: 2, configuration: .init(consecutiveFailures: 1))
        for _ in 0..<100 {
            _ = state.pick(avoiding: [1], now: start, using: &generator)
            let ejected = state.end(0, failed: nil, now: start)
            #expect(!ejected)
        }
        #expect(state.endpoints[0].inFlight == 0)
    }

    @Test(
        "what is no base URL is refused",
        arguments: [[], ["a.example"], ["ftp://a"], ["http://u:p@a"], ["http://a?x"], ["http://"]]
    )
    func invalid(endpoints: [String]) {
        #expect { try EndpointSet(endpoints) } throws: { ($0 as? NetworkError)?.code == .invalidConfiguration }
    }

    @Test("an origin is scheme, host and port, whatever the case and the path")
    func origins() {
        #expect(Origin(of: "HTTP://A.Example:80/x/y?z")?.text == "http://a.example:80")
        #expect(Origin(of: "https://a.example?z") == Origin(of: "https://a.example"))
        #expect(Origin(of: "/path") == nil && Origin(of: "") == nil && Origin(of: "http:/a") == nil)
    }
}
