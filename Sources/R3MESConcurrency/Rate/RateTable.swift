// SPDX-License-Identifier: Apache-2.0

/// Theoretical arrival times by hashed key, in bounded memory, 16 bytes an entry.
///
/// A hash table in which a key may stand in two buckets of eight places, which lets it fill to about three quarters. An
/// entry whose time has passed says the same as no entry, so its place is free for the next and nothing has to be
/// swept. When both buckets are full of live entries the table grows, until it has its full size; from then on the
/// entry with the earliest time, whose key has the least to forget, gives way.
///
/// See Azar, Broder, Karlin and Upfal: Balanced Allocations (1999).
struct RateTable: Sendable {
    private struct Entry {
        /// Never 0 once the place is used.
        var hash: UInt64 = 0
        /// Times are positive; 0, which is long past, stands for a full burst.
        var arrival: Int64 = 0
    }

    private struct Candidate {
        var place: Int
        var arrival: Int64
        var free: Int
    }

    private static var bucketSize: Int { 8 }

    private var entries: [Entry]
    private let maximumBuckets: Int

    /// How many live entries have given way to others.
    private(set) var evictions = 0

    /// Makes a table with room for so many entries at least.
    init(maximumEntries: Int) {
        var buckets = 1
        // A table that is to hold so many should be no more than two thirds full with them.
        while buckets * Self.bucketSize / 3 * 2 < maximumEntries, buckets < 1 << 28 {
            buckets *= 2
        }
        maximumBuckets = buckets
        entries = Array(repeating: Entry(), count: min(2, buckets) * Self.bucketSize)
    }

    /// How many places there are at present.
    var capacity: Int { entries.count }

    /// Reads and changes the arrival time of a key, whose hash is not 0.
    mutating func withArrival<Result>(of hash: UInt64, now: Int64, _ body: (inout Int64) -> Result) -> Result {
        let place = place(for: hash, now: now)
        if entries[place].hash == hash {
            return body(&entries[place].arrival)
        }
        var arrival: Int64 = 0
        let result = body(&arrival)
        if arrival > now {
            put(Entry(hash: hash, arrival: arrival), at: place, now: now)
        }
        return result
    }

    private mutating func put(_ entry: Entry, at place: Int, now: Int64) {
        if entries[place].arrival > now {
            evictions += 1
        }
        entries[place] = entry
    }

    /// The key's own place, or else the one that it may take.
    private mutating func place(for hash: UInt64, now: Int64) -> Int {
        while true {
            let first = bucket(hash)
            let second = bucket(hash >> 29)
            if let place = find(hash, in: first) ?? find(hash, in: second) {
                return place
            }
            let candidate = candidate(first, second, now: now)
            if candidate.free > 0 || entries.count == maximumBuckets * Self.bucketSize {
                return candidate.place
            }
            grow(now: now)
        }
    }

    private mutating func grow(now: Int64) {
        let old = entries
        entries = Array(repeating: Entry(), count: old.count * 2)
        for entry in old where entry.arrival > now {
            let candidate = candidate(bucket(entry.hash), bucket(entry.hash >> 29), now: now)
            put(entry, at: candidate.place, now: now)
        }
    }

    private func bucket(_ hash: UInt64) -> Int {
        (Int(truncatingIfNeeded: hash) & (entries.count / Self.bucketSize - 1)) * Self.bucketSize
    }

    private func find(_ hash: UInt64, in bucket: Int) -> Int? {
        (bucket..<bucket + Self.bucketSize).first { entries[$0].hash == hash }
    }

    /// The place to take: in the emptier of two buckets, or the entry that has the least to forget.
    private func candidate(_ first: Int, _ second: Int, now: Int64) -> Candidate {
        let one = candidate(in: first, now: now)
        let other = candidate(in: second, now: now)
        if one.free == other.free {
            return one.arrival <= other.arrival ? one : other
        }
        return one.free > other.free ? one : other
    }

    private func candidate(in bucket: Int, now: Int64) -> Candidate {
        var candidate = Candidate(place: bucket, arrival: .max, free: 0)
        for place in bucket..<bucket + Self.bucketSize {
            let arrival = entries[place].arrival
            if arrival <= now {
                candidate.free += 1
            }
            if arrival < candidate.arrival {
                candidate.place = place
                candidate.arrival = arrival
            }
        }
        return candidate
    }
}
