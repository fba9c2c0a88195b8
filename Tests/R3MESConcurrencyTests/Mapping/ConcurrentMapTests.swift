// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport
import Synchronization
import Testing

@Suite("concurrentMap")
struct ConcurrentMapTests {
    private struct Failure: Error {}

    private final class Peak: Sendable {
        private let state = Mutex((now: 0, peak: 0))
        var value: Int { state.withLock { $0.peak } }

        func track(_ yields: Int) async {
            state.withLock { state in
                state.now += 1
                state.peak = max(state.peak, state.now)
            }
            for _ in 0..<yields {
                await Task.yield()
            }
            state.withLock { $0.now -= 1 }
        }
    }

    @Test(
        "keeps the order, whatever the bound and the number of elements",
        arguments: [-1, 0, 1, 3, 64],
        [0, 1, 2, 500]
    )
    func order(maxConcurrency: Int, count: Int) async throws {
        let peak = Peak()
        let results = try await (0..<count).concurrentMap(maxConcurrency: maxConcurrency) { number in
            await peak.track(number % 3)
            return number * 2
        }
        #expect(results == (0..<count).map { $0 * 2 })
        #expect(peak.value <= max(maxConcurrency, 1))
    }

    @Test("really runs as many at once as it may")
    func concurrency() async throws {
        let gate = Gate()
        let results = try await (0..<4).concurrentMap(maxConcurrency: 4) { number in
            if number == 3 {
                await eventually { gate.waiting == 3 }
                gate.open()
            }
            await gate.wait()
            return number
        }
        #expect(results == [0, 1, 2, 3])
    }

    @Test("results that are nil are kept by map and left out by compactMap")
    func optionals() async throws {
        let transform: @Sendable (Int) async throws -> Int? = { $0 % 2 == 0 ? $0 : nil }
        #expect(try await (0..<5).concurrentMap(maxConcurrency: 2, transform) == [0, nil, 2, nil, 4])
        #expect(try await (0..<5).concurrentCompactMap(maxConcurrency: 2, transform) == [0, 2, 4])
    }

    @Test("the first error cancels the rest, which is awaited, and begins nothing more")
    func firstError() async {
        let begun = Record<Int>()
        let ended = Record<Int>()
        await #expect(throws: Failure.self) {
            try await (0..<1_000).concurrentForEach(maxConcurrency: 4) { number in
                begun.add(number)
                if number == 3 {
                    await eventually { begun.values.count == 4 }
                    throw Failure()
                }
                try? await Task.sleep(for: .seconds(1_000))
                ended.add(number)
            }
        }
        #expect(Set(begun.values) == [0, 1, 2, 3])
        #expect(Set(ended.values) == [0, 1, 2])
    }

    @Test("a cancelled caller gets an error, never a part that passes for the whole")
    func cancellation() async {
        let begun = Record<Int>()
        let task = Task {
            try await (0..<1_000).concurrentMap(maxConcurrency: 2) { number in
                begun.add(number)
                try? await Task.sleep(for: .seconds(1_000))
                return number
            }
        }
        await eventually { begun.values.count == 2 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(begun.values.count == 2)
    }

    @Test("forEach visits every element once")
    func forEach() async throws {
        let visited = Record<Int>()
        try await (0..<1_000).concurrentForEach(maxConcurrency: 8) { visited.add($0) }
        #expect(visited.values.sorted() == Array(0..<1_000))
    }
}
