// SPDX-License-Identifier: Apache-2.0

import Foundation
import Upstream

/// Callers that come by their own will, whether or not those before them were served: a Poisson process.
///
/// A closed loop, in which a caller waits for its answer before it comes again, slows down with the server that it
/// measures, and so hides the tail and can't overload anything.
enum OpenLoop {
    /// Lets callers come at a rate for a time, and returns when the last has left.
    ///
    /// - Parameters:
    ///   - rate: Callers a second.
    ///   - time: For how long they come.
    ///   - seed: Of the intervals between them.
    ///   - call: What a caller does, with the moment at which it was due: time lost by a late start counts as waiting.
    @concurrent
    static func run<Answer: Sendable>(
        rate: Double,
        for time: Duration,
        seed: UInt64,
        _ call: @escaping @Sendable @concurrent (_ due: ContinuousClock.Instant) async -> Answer
    ) async -> [Answer] {
        let clock = ContinuousClock()
        var generator = SeededGenerator(seed: seed)
        return await withTaskGroup { group in
            var due = clock.now
            let end = due + time
            while true {
                due += .seconds(-log(Double.random(in: .leastNonzeroMagnitude..<1, using: &generator)) / rate)
                guard due < end else { break }
                if due > clock.now {
                    try? await clock.sleep(until: due, tolerance: .zero)
                }
                group.addTask { [due] in await call(due) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
