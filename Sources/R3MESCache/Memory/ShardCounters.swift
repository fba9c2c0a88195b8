// SPDX-License-Identifier: Apache-2.0

/// What a shard has counted since it was made.
@usableFromInline
struct ShardCounters: BitwiseCopyable {
    @usableFromInline var hits = 0
    @usableFromInline var misses = 0
    @usableFromInline var absentHits = 0
    @usableFromInline var refused = 0
    var replaced = 0
    var removed = 0
    var expired = 0
    var evicted = 0

    mutating func count(_ cause: RemovalCause.Kind) {
        switch cause {
        case .replaced: replaced += 1
        case .removed: removed += 1
        case .expired: expired += 1
        case .evicted: evicted += 1
        }
    }
}
