// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESDatabase
import Synchronization

/// What concurrent callers saw while their connections were cut.
final class FaultLog: Sendable {
    private struct State {
        var figures = Ours.FaultFigures()
        var acknowledged: [Int] = []
        /// When the last cut was, if nothing has succeeded since.
        var cut: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    var figures: Ours.FaultFigures { state.withLock { $0.figures } }

    var acknowledged: [Int] { state.withLock { $0.acknowledged } }

    func cut(connections: Int) {
        state.withLock { state in
            state.figures.cuts += 1
            state.figures.cutConnections += connections
            state.cut = .now
        }
    }

    func succeeded(begun: ContinuousClock.Instant, write: Int?) {
        state.withLock { state in
            if let cut = state.cut, begun > cut {
                state.figures.recoveries.append((ContinuousClock.now - cut).nanoseconds / 1e6)
                state.cut = nil
            }
            if let write {
                state.figures.writes += 1
                state.acknowledged.append(write)
            } else {
                state.figures.reads += 1
            }
        }
    }

    func failed(_ error: any Error, isWrite: Bool) {
        let code = (error as? DatabaseError)?.code.description ?? "\(type(of: error))"
        state.withLock { state in
            if isWrite {
                state.figures.failedWrites[code, default: 0] += 1
            } else {
                state.figures.failedReads[code, default: 0] += 1
            }
        }
    }
}
