// SPDX-License-Identifier: Apache-2.0

/// The keys that were asked for, in the order of the requests.
///
/// Keys are numbered in order of their first request, which is all that a cache policy needs to know of them: a trace
/// takes 4 bytes a request, however long the keys are. ``KeyTraceReader`` makes one from a file.
public struct KeyTrace: Hashable, Sendable {
    /// The most requests that a trace holds; those that come after them are left out.
    public static let maxCount = Int(Int32.max)

    /// How many different keys there are.
    public let distinctKeys: Int

    /// The number of the key of each request, from 0 without gaps.
    let keys: [UInt32]

    /// Numbers the keys of a sequence.
    ///
    /// Costs a dictionary of the distinct keys while it runs.
    public init<Key: Hashable>(_ requests: some Sequence<Key>) {
        var numbers: [Key: UInt32] = [:]
        var keys: [UInt32] = []
        for key in requests.prefix(Self.maxCount) {
            let number = numbers[key] ?? UInt32(numbers.count)
            numbers[key] = number
            keys.append(number)
        }
        self.init(numbered: keys, distinctKeys: numbers.count)
    }

    /// Takes over keys that are numbered already.
    init(numbered keys: [UInt32], distinctKeys: Int) {
        self.keys = keys
        self.distinctKeys = distinctKeys
    }

    /// How many requests there are.
    public var count: Int { keys.count }

    /// The share of requests, from 0 to 1, that are the first for their key and so hit in no cache of any size.
    public var firstRequestRatio: Double {
        count == 0 ? 0 : Double(distinctKeys) / Double(count)
    }
}
