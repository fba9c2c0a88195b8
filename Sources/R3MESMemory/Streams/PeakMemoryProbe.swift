// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Looks at the live heap while ``measurePeakMemory(sampleEvery:_:)`` runs its closure.
public final class PeakMemoryProbe: Sendable {
    private struct State {
        var memory: PeakMemory
        var untilSample: Int
    }

    private let step: Int
    private let heapInUse: @Sendable () -> Int?
    private let state: Mutex<State>

    init(sampleEvery step: Int, heapInUse: @escaping @Sendable () -> Int?) throws(MemoryError) {
        guard let start = heapInUse() else {
            throw MemoryError(.unreadable, "the allocator of this system does not tell how much of the heap is in use")
        }
        self.step = max(1, step)
        self.heapInUse = heapInUse
        state = Mutex(State(memory: PeakMemory(start: start, peak: start, samples: 1), untilSample: max(1, step)))
    }

    /// Counts one element, and looks at the heap when it is the turn.
    public func tick() {
        let isDue = state.withLock { state in
            state.untilSample -= 1
            if state.untilSample == 0 {
                state.untilSample = step
                return true
            }
            return false
        }
        if isDue {
            sample()
        }
    }

    /// Looks at the heap now; some microseconds.
    public func sample() {
        guard let inUse = heapInUse() else { return }
        state.withLock { state in
            state.memory.samples += 1
            state.memory.peak = max(state.memory.peak, inUse)
        }
    }

    var memory: PeakMemory { state.withLock { $0.memory } }
}
