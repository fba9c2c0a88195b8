// SPDX-License-Identifier: Apache-2.0

/// Estimates how often keys were asked for lately: a count-min sketch of four-bit counters (Cormode and Muthukrishnan, 2005) that
/// are all halved from time to time (Einziger, Friedman and Manes, "TinyLFU", ACM ToS 2017).
///
/// Eight bytes, 16 counters, for each entry of the capacity, and never less than 4 KB: in a small cache few keys would share
/// counters with many. The four counters of a key lie in one block of 64 bytes, in
/// eight words of which the key uses four, so that counting touches one cache line.
struct FrequencySketch: ~Copyable {
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int
    private let blockMask: UInt32
    private var additions = 0
    /// How many entries it is good for.
    let capacity: Int
    /// Counts are halved after ten times as many as there are entries.
    private let sampleSize: Int

    /// The most entries that a sketch is good for: two gigabytes.
    static var largest: Int { 1 << 28 }

    private static var fewestWords: Int { 512 }

    /// Makes a sketch without counts that is good for so many entries.
    init(entries: Int) {
        var size = 8
        while size < entries, size < Self.largest { size *= 2 }
        capacity = size
        sampleSize = 10 * size
        wordCount = max(size, Self.fewestWords)
        blockMask = UInt32(wordCount / 8 - 1)
        words = .allocate(capacity: wordCount)
        words.initialize(repeating: 0, count: wordCount)
    }

    deinit {
        words.deallocate()
    }

    /// Takes over an estimate from another sketch.
    mutating func take(_ frequency: Int, of hash: UInt32) {
        while self.frequency(of: hash) < frequency { increment(hash) }
    }

    /// An estimate that is never too low, apart from aging: from 0 to 15.
    func frequency(of hash: UInt32) -> Int {
        let spread = Self.spread(hash)
        let block = Int(Self.respread(spread) & blockMask) * 8
        var least: UInt64 = 15
        for row in 0..<4 {
            let bits = spread >> UInt32(row * 8)
            let word = words[block + row * 2 + Int(bits & 1)]
            least = Swift.min(least, word >> UInt64((bits >> 1 & 15) * 4) & 15)
        }
        return Int(least)
    }

    /// Counts one more.
    mutating func increment(_ hash: UInt32) {
        let spread = Self.spread(hash)
        let block = Int(Self.respread(spread) & blockMask) * 8
        var isCounted = false
        for row in 0..<4 {
            let bits = spread >> UInt32(row * 8)
            let index = block + row * 2 + Int(bits & 1)
            let shift = UInt64((bits >> 1 & 15) * 4)
            if words[index] >> shift & 15 != 15 {
                words[index] += 1 << shift
                isCounted = true
            }
        }
        if isCounted {
            additions += 1
            if additions >= sampleSize { age() }
        }
    }

    private mutating func age() {
        var odd = 0
        for index in 0..<wordCount {
            odd += (words[index] & 0x1111_1111_1111_1111).nonzeroBitCount
            words[index] = words[index] >> 1 & 0x7777_7777_7777_7777
        }
        additions = (additions - odd / 4) / 2
    }

    private static func spread(_ hash: UInt32) -> UInt32 {
        var x = hash
        x ^= x >> 17
        x &*= 0xed5a_d4bb
        x ^= x >> 11
        x &*= 0xac4c_1b51
        x ^= x >> 15
        return x
    }

    private static func respread(_ hash: UInt32) -> UInt32 {
        var x = hash &* 0x3184_8bab
        x ^= x >> 14
        return x
    }
}
