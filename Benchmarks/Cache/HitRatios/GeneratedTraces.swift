// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// Streams of keys made here, the same in each run.
struct GeneratedTraces {
    private let count: Int

    init(_ laboratory: Laboratory) {
        count = laboratory.isQuick ? 50_000 : 400_000
    }

    /// Each with its name.
    var all: [(name: String, keys: [Int])] {
        [
            ("Zipf 0.99", zipf(exponent: 0.99)),
            ("Zipf 0.7", zipf(exponent: 0.7)),
            ("Zipf with scans", scans()),
            ("loop", loop()),
            ("shifting hot sets", shifting()),
            ("bursts", bursts()),
            ("like a database's log", oltp()),
            ("like mailboxes", mail()),
        ]
    }

    private func zipf(exponent: Double) -> [Int] {
        var generator = SeededGenerator(seed: 1)
        let keys = ZipfDistribution(count: count / 4, exponent: exponent)
        return (0..<count).map { _ in keys.next(using: &generator) }
    }

    /// Now and then somebody reads a twentieth of all keys, one after the other.
    private func scans() -> [Int] {
        var generator = SeededGenerator(seed: 2)
        let keyCount = count / 8
        let keys = ZipfDistribution(count: keyCount, exponent: 0.9)
        var stream: [Int] = []
        while stream.count < count {
            if generator.oneIn(keyCount / 5) {
                let first = Int.random(in: 0..<keyCount, using: &generator)
                stream += (0..<keyCount / 20).map { (first + $0) % keyCount }
            } else {
                stream.append(keys.next(using: &generator))
            }
        }
        return stream
    }

    /// The same keys round and round, with one in ten at random.
    private func loop() -> [Int] {
        var generator = SeededGenerator(seed: 3)
        let length = count / 40
        return (0..<count).map { index in
            generator.oneIn(10) ? Int.random(in: 0..<length, using: &generator) : index % length
        }
    }

    /// Four in five for a hundredth of the keys, another hundredth every so often.
    private func shifting() -> [Int] {
        var generator = SeededGenerator(seed: 4)
        let keyCount = count / 8
        return (0..<count).map { index in
            let hot = index / (count / 20) * (keyCount / 100)
            return generator.oneIn(5)
                ? Int.random(in: 0..<keyCount, using: &generator)
                : hot + Int.random(in: 0..<keyCount / 100, using: &generator)
        }
    }

    /// Each key a few times shortly after another, and then hardly ever.
    private func bursts() -> [Int] {
        var generator = SeededGenerator(seed: 5)
        let keyCount = count / 8
        var active: [(key: Int, left: Int)] = []
        return (0..<count).map { _ in
            if active.count < 50 || generator.oneIn(8) {
                active.append(
                    (Int.random(in: 0..<keyCount, using: &generator), Int.random(in: 2...12, using: &generator))
                )
            }
            let index = Int.random(in: 0..<active.count, using: &generator)
            active[index].left -= 1
            let key = active[index].key
            if active[index].left == 0 { active.remove(at: index) }
            return key
        }
    }

    /// Half goes back to what was used lately, the nearer the more often; a third to pages that stay popular; the rest is a log
    /// that is written on and on, each page a few times in a row.
    private func oltp() -> [Int] {
        var generator = SeededGenerator(seed: 6)
        let pageCount = count / 8
        let pages = ZipfDistribution(count: pageCount, exponent: 0.8)
        let distances = ZipfDistribution(count: count / 20, exponent: 1.1)
        var log = pageCount
        var stream: [Int] = []
        for _ in 0..<count {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0...2 where !stream.isEmpty:
                stream.append(stream[max(0, stream.count - 1 - distances.next(using: &generator))])
            case 3...4:
                stream.append(pages.next(using: &generator))
            default:
                if generator.oneIn(3) { log += 1 }
                stream.append(log)
            }
        }
        return stream
    }

    /// People come for a while: each looks at the list of a folder again and again and at the newest messages, most once.
    private func mail() -> [Int] {
        var generator = SeededGenerator(seed: 7)
        let people = count / 100
        let visits = ZipfDistribution(count: people, exponent: 0.6)
        let ages = ZipfDistribution(count: 200, exponent: 1)
        var newest = [Int](repeating: 200, count: people)
        var present: [(person: Int, left: Int)] = []
        return (0..<count).map { _ in
            if present.count < people / 50 + 1 {
                present.append((visits.next(using: &generator), Int.random(in: 5...60, using: &generator)))
            }
            let index = Int.random(in: 0..<present.count, using: &generator)
            let person = present[index].person
            present[index].left -= 1
            if present[index].left == 0 { present.remove(at: index) }
            if generator.oneIn(3) { return person }
            if generator.oneIn(4) { newest[person] += 1 }
            return people + person * 1_000_000 + newest[person] - ages.next(using: &generator)
        }
    }
}
