// SPDX-License-Identifier: Apache-2.0

/// What keeps batches apart: loads of different partitions never share a batch or a result.
///
/// Give each set of rights a partition of its own (a principal, a tenant, a shard), so that what one may see is never loaded
/// on behalf of another.
public struct BatchPartition: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The name that tells partitions apart.
    public let name: String

    /// Makes the partition of that name.
    public init(_ name: String) {
        self.name = name
    }

    /// Makes the partition of that name.
    public init(stringLiteral name: String) {
        self.name = name
    }

    /// The partition of loads that anyone may share.
    public static let shared = Self("")
}
