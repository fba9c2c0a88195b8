// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A record of every permit that a limiter gives out: who holds it, and whether it came back exactly once.
///
/// For tests, which assert that nothing is outstanding and nothing was violated after the storm, and for finding the
/// place in a program that keeps its permits too long. Costs a locked dictionary update per permit.
public final class PermitLedger: Sendable {
    /// One permit that has not come back.
    public struct Permit: Hashable, Sendable {
        /// Its number, counted from 1 in the order of issue.
        public let id: UInt64
        /// How much of the limit it takes.
        public let charge: Int
        /// The file of the caller that holds it.
        public let file: String
        /// The line of the caller that holds it.
        public let line: Int
    }

    private struct State {
        var outstanding: [UInt64: Permit] = [:]
        var issued: UInt64 = 0
        var inUse = 0
        var peak = 0
        var violations = 0
    }

    private let state = Mutex(State())

    /// Makes an empty ledger.
    public init() {}

    /// The permits that are out, in the order in which they were issued.
    public var outstanding: [Permit] {
        state.withLock { $0.outstanding.values.sorted { $0.id < $1.id } }
    }

    /// How many permits were issued.
    public var issued: UInt64 {
        state.withLock { $0.issued }
    }

    /// The most that was ever in use at once, in units of weight.
    public var peak: Int {
        state.withLock { $0.peak }
    }

    /// How often a permit was given back that was not out.
    public var violations: Int {
        state.withLock { $0.violations }
    }

    func issue(charge: Int, file: String, line: Int) -> UInt64 {
        state.withLock { state in
            state.issued += 1
            state.outstanding[state.issued] = Permit(id: state.issued, charge: charge, file: file, line: line)
            state.inUse += charge
            state.peak = max(state.peak, state.inUse)
            return state.issued
        }
    }

    func giveBack(_ id: UInt64) {
        state.withLock { state in
            guard let permit = state.outstanding.removeValue(forKey: id) else {
                state.violations += 1
                return
            }
            state.inUse -= permit.charge
        }
    }
}
