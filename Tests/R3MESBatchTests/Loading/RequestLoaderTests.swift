// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESBatch

private final class MapCache: DataLoaderCache {
    let values = Mutex<[Int: Int]>([:])

    func values(
        for keys: [Int],
        in partition: BatchPartition,
        load: ([Int]) async throws -> [Int: Result<Int, any Error>]
    ) async throws -> [Int: Result<Int, any Error>] {
        let known = values.withLock { values in keys.reduce(into: [:]) { $0[$1] = values[$1] } }
        var results = known.mapValues { Result<Int, any Error>.success($0) }
        let missing = keys.filter { known[$0] == nil }
        guard !missing.isEmpty else { return results }
        for (key, result) in try await load(missing) {
            results[key] = result
            if case .success(let value) = result { values.withLock { $0[key] = value } }
        }
        return results
    }
}

@Suite("Caches of a DataLoader", .timeLimit(.minutes(1)))
struct RequestLoaderTests {
    @Test("a request loads each key once and keeps to what it saw")
    func remembers() async throws {
        let recorder = LoadRecorder()
        let loader = try DataLoader<Int, Int>(values: { try await recorder.load($0) })
        let request = loader.requestLoader()
        #expect(try await request.load(1) == 10)
        #expect(try await request.load(1) == 10)
        #expect(try await loader.requestLoader().load(1) == 10)
        #expect(recorder.calls == [[1], [1]])
    }

    @Test("what is primed is not loaded, and does not replace what was seen")
    func primes() async throws {
        let recorder = LoadRecorder()
        let request = try DataLoader<Int, Int>(values: { try await recorder.load($0) }).requestLoader()
        request.prime(1, with: 7)
        request.prime(1, with: 8)
        #expect(try await request.load(1) == 7)
        request.clear(1)
        #expect(try await request.load(1) == 10)
        request.clearAll()
        #expect(try await request.load(1) == 10)
        #expect(recorder.calls == [[1], [1]])
    }

    @Test("what was asked for before a clearing is not remembered after it")
    func fillAfterClear() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let request = try DataLoader<Int, Int>(values: { try await recorder.load($0) }).requestLoader()
        let stale = Task { try await request.load(1) }
        await recorder.waitForCalls(1)
        request.clear(1)
        recorder.open()
        _ = try await stale.value
        _ = try await request.load(1)
        #expect(recorder.calls == [[1], [1]])
    }

    @Test("a load after all were cleared joins no call that began before, and other partitions still do")
    func clearAll() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try DataLoader<Int, Int>(values: { try await recorder.load($0) })
        let (request, other) = (loader.requestLoader(in: "one"), loader.requestLoader(in: "other"))
        let stale = Task { try await (request.load(1), other.load(1)) }
        await recorder.waitForCalls(1)
        let early = Task { try await other.load(1) }
        await recorder.waitForCalls(2)
        request.clearAll()
        let fresh = Task { try await (request.load(1), loader.requestLoader(in: "other").load(1)) }
        await eventually { loader.state.withLock { $0.lastCaller } >= 3 }
        recorder.open()
        _ = try await (stale.value, early.value, fresh.value)
        #expect(recorder.batches.count { $0.partition == "one" } == 2)
    }

    @Test("errors are not remembered")
    func errors() async throws {
        let counter = Counter()
        let request = try DataLoader<Int, Int>(values: { _ in
            counter.increment()
            return [:]
        }).requestLoader()
        for _ in 0..<2 {
            await #expect(throws: BatchError.self) { try await request.load(1) }
        }
        #expect(counter.value == 2)
    }

    @Test("the shared cache is asked once a batch, and only what it lacks is loaded")
    func sharedCache() async throws {
        let recorder = LoadRecorder()
        let cache = MapCache()
        cache.values.withLock { $0 = [1: 111] }
        let loader = try DataLoader<Int, Int>(cache: cache, values: { try await recorder.load($0) })
        let values = try await loader.load(all: [1, 2])
        #expect(values == [1: 111, 2: 20])
        #expect(try await loader.load(all: [1, 2]) == [1: 111, 2: 20])
        #expect(recorder.calls == [[2]])
    }
}
