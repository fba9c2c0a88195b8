// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESCache
import Synchronization

/// One kind of work on a cache of ours, by some threads; what was cached in the rounds before stays.
final class CacheLoop<Key: BenchmarkKey>: Sendable {
    /// How many operations are done between two looks at the clock; the peers do as many.
    private static var chunk: Int { 256 }

    private let work: Work
    private let threads: Int
    private let keys: [Key]
    private let stream: [Int32]
    private let cache: MemoryCache<Key, Key>
    /// Where the stream goes on.
    private let start = Atomic(0)

    init(_ work: Work, threads: Int, keys: [Key], _ streams: ThroughputStreams) throws {
        self.work = work
        self.threads = threads
        self.keys = keys
        stream = work == .reads ? streams.hot : streams.zipf
        cache = try MemoryCache(.count(ThroughputStreams.capacity))
        if work == .reads {
            for number in stream { cache.set(keys[Int(number)], forKey: keys[Int(number)]) }
        }
    }

    /// Operations per second.
    func measure(for time: Duration) -> Measurement {
        let clock = ContinuousClock()
        let start = start.load(ordering: .relaxed)
        let begin = clock.now
        let counts = onThreads(threads) { [self] thread in
            run(from: start + thread * (stream.count / threads), until: begin + time)
        }
        let elapsed = clock.now - begin
        let operations = counts.reduce(0) { $0 + $1.operations }
        let hits = counts.reduce(0) { $0 + $1.hits }
        self.start.store(start + operations / threads, ordering: .relaxed)
        return Measurement(
            value: Double(operations) / elapsed.seconds,
            notes: ["hit ratio": Double(hits) / Double(operations)]
        )
    }

    private func run(from start: Int, until end: ContinuousClock.Instant) -> (operations: Int, hits: Int) {
        var (position, operations, hits) = (start, 0, 0)
        let mask = stream.count - 1
        let clock = ContinuousClock()
        repeat {
            switch work {
            case .readThrough:
                for _ in 0..<Self.chunk {
                    let key = keys[Int(stream[position & mask])]
                    position += 1
                    if cache.get(key) != nil { hits += 1 } else { cache.set(key, forKey: key) }
                }
            case .reads:
                for _ in 0..<Self.chunk {
                    if cache.get(keys[Int(stream[position & mask])]) != nil { hits += 1 }
                    position += 1
                }
            case .writes:
                for _ in 0..<Self.chunk {
                    let key = keys[Int(stream[position & mask])]
                    position += 1
                    cache.set(key, forKey: key)
                }
            }
            operations += Self.chunk
        } while clock.now < end
        return (operations, hits)
    }
}
