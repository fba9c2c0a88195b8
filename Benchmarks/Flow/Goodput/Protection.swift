// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

/// What stands between the callers and the server.
enum Protection: String, Codable, Sendable, CaseIterable {
    case none = "no limit"
    case fixed = "fixed limit of 8"
    case adaptive = "AdaptiveLimiter"

    /// Makes the way to the server.
    func makePath(
        to server: FixedCapacityServer
    ) throws -> @Sendable () async throws -> Bool {
        switch self {
        case .none:
            return { await server.serve() }
        case .fixed:
            // What one would set by hand who knows the server, and what one rarely does know.
            let limiter = try ConcurrencyLimiter(
                configuration: .init(limit: FixedCapacityServer.slots, maximumWaiting: 4 * FixedCapacityServer.slots)
            )
            return { try await limiter.withPermit { await server.serve() } }
        case .adaptive:
            let limiter = try AdaptiveLimiter()
            return { try await limiter.withPermit { await server.serve() } }
        }
    }
}
