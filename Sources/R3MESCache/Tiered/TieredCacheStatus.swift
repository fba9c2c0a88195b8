// SPDX-License-Identifier: Apache-2.0

/// How a ``TieredCache`` stands with Redis.
public struct TieredCacheStatus: Hashable, Sendable {
    /// What reads do.
    public enum Mode: Hashable, Sendable {
        /// They ask the memory first: Redis tells of every change.
        case coherent
        /// They ask Redis: the memory may be out of date.
        case passing
        /// They do without Redis, which can't be reached.
        case isolated
    }

    /// What reads do now.
    public let mode: Mode
    /// How many invalidations Redis has not been told of yet.
    public let pendingInvalidations: Int

    init(_ path: CoherenceState.Path, pendingInvalidations: Int) {
        mode =
            switch path {
            case .trusted: .coherent
            case .through, .blind: .passing
            case .isolated: .isolated
            }
        self.pendingInvalidations = pendingInvalidations
    }
}
