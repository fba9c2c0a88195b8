// SPDX-License-Identifier: Apache-2.0

/// The names under which a cache keeps things in Redis.
///
/// The braces make a hash tag: in a cluster all of them are on one node, so that a script may change them together.
struct CacheKeys: Sendable {
    private let prefix: String

    init(namespace: String, schemaVersion: Int) {
        prefix = "{\(namespace):v\(schemaVersion)}:"
    }

    var entryPrefix: String { prefix + "e:" }
    var leasePrefix: String { prefix + "l:" }
    /// What the keys begin with by which instances measure how late they are told of changes.
    var probePrefix: String { prefix + "p:" }
    /// When what was invalidated last.
    var generations: String { prefix + "g" }
    /// The keys that were asked for most when an instance looked last.
    var hottest: String { prefix + "h" }
    /// The channel on which changes are published.
    var channel: String { prefix + "c" }

    func entry(_ key: String) -> String { entryPrefix + key }
    func lease(_ key: String) -> String { leasePrefix + key }
    func tag(_ tag: String) -> String { prefix + "t:" + tag }
}
