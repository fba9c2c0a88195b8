// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The streams of keys that throughput is measured with; the peers read the same from files.
struct ThroughputStreams: Sendable {
    static let keys = 100_000
    static let capacity = 10_000
    /// How many of the keys all fit, with room to spare in each shard or segment of any cache.
    static let hotKeys = 5_000

    /// Zipf 0.99 over all keys, in an order that tells nothing of a key's rank.
    let zipf: [Int32]
    /// Zipf 0.99 over keys that all fit; each occurs.
    let hot: [Int32]

    /// Both lengths are powers of two, so that a mask brings the end back to the start.
    init() {
        var generator = SeededGenerator(seed: 42)
        let names = (0..<Int32(Self.keys)).shuffled(using: &generator)
        let all = ZipfDistribution(count: Self.keys, exponent: 0.99)
        zipf = (0..<1 << 22).map { _ in names[all.next(using: &generator)] }
        let few = ZipfDistribution(count: Self.hotKeys, exponent: 0.99)
        let drawn = (0..<(1 << 20) - Self.hotKeys).map { _ in names[few.next(using: &generator)] }
        hot = (drawn + names.prefix(Self.hotKeys)).shuffled(using: &generator)
    }

    /// Writes `zipf.bin` and `hot.bin`: 32 bits a number, the lowest byte first.
    func write(to folder: URL) throws {
        for (name, stream) in [("zipf.bin", zipf), ("hot.bin", hot)] {
            let data = stream.map(\.littleEndian).withUnsafeBytes { Data($0) }
            try data.write(to: folder.appendingPathComponent(name))
        }
    }
}
