// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("PoolState in every order of events")
struct PoolStateModelTests {
    /// How many events each sequence has: more where the code is optimised.
    #if DEBUG
    private static let depth = 4
    #else
    private static let depth = 7
    #endif

    private static func configuration(
        minimum: Int,
        maximum: Int,
        maximumWaiting: Int = 2
    ) -> ConnectionPoolConfiguration {
        var configuration = ConnectionPoolConfiguration(
            minimum: minimum,
            maximum: maximum,
            maximumWaiting: maximumWaiting
        )
        configuration.options.validateAfterIdle = .seconds(10)
        configuration.options.keepAliveInterval = .seconds(20)
        configuration.options.idleTimeout = .seconds(60)
        configuration.options.maximumLifetime = .seconds(100)
        configuration.options.leakThreshold = .seconds(15)
        configuration.options.reconnection = .init(base: .seconds(2), maximum: .seconds(8))
        return configuration
    }

    /// The model in a state that takes many events to reach.
    enum Start: CaseIterable {
        case new, warm, waiting, away

        var events: [PoolModel.Event] {
            switch self {
            case .new: []
            case .warm: [.acquire, .opened, .acquire, .opened, .release(0, .clean)]
            case .waiting: [.acquire, .opened, .acquire, .opened, .acquire, .acquire]
            case .away: [.acquire, .openFailed]
            }
        }
    }

    @Test("no short sequence breaks a promise", arguments: Start.allCases, [0, 1])
    func exhaustive(_ start: Start, minimum: Int) throws {
        var model = PoolModel(Self.configuration(minimum: minimum, maximum: 2))
        for event in start.events {
            try model.happen(event)
        }
        var sequences = 0
        func explore(_ model: PoolModel, depth: Int) throws {
            guard depth > 0 else {
                sequences += 1
                var end = model
                do {
                    try end.windDown()
                } catch {
                    Issue.record("\(error), after \(end.trail)")
                    throw error
                }
                return
            }
            for event in model.events() {
                var next = model
                do {
                    try next.happen(event)
                } catch {
                    Issue.record("\(error), after \(next.trail)")
                    throw error
                }
                try explore(next, depth: depth - 1)
            }
        }
        try explore(model, depth: Self.depth)
        #expect(sequences > 100)
    }

    @Test("no long sequence breaks a promise", arguments: [1, 2, 5, 20])
    func random(maximum: Int) {
        forAll(cases: 200) { random in
            var configuration = Self.configuration(
                minimum: Int.random(in: 0...maximum, using: &random),
                maximum: maximum,
                maximumWaiting: Int.random(in: 0...maximum * 2, using: &random)
            )
            let sizes = random.oneIn(2)
            if sizes {
                configuration.options.sizing = .init()
            }
            var model = PoolModel(configuration)
            let length = Int.random(in: 1...400, using: &random)
            for _ in 0..<length {
                model.chance = Double.random(in: 0...1, using: &random)
                let events = model.events(sizing: true).filter {
                    // The end is rare, else all sequences were short.
                    if case .drain = $0 { random.oneIn(200) } else { true }
                }
                guard let event = events.randomElement(using: &random) else { continue }
                try model.happen(event)
            }
            try model.windDown()
        }
    }
}
