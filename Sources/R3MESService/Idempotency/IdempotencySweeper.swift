// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceLifecycle

/// Deletes kept answers whose time is over, so that they don't pile up.
struct IdempotencySweeper: Service {
    /// How often it looks.
    static let interval: Duration = .seconds(60)
    /// How many it deletes in one transaction: other writers wait no longer than that takes.
    static let chunk = 1000

    let storage: Storage
    let retention: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await sweep(at: .now())
                    try await Task.sleep(for: Self.interval)
                } catch is CancellationError {
                    return
                } catch {
                    // The next round tries again; the table merely stays larger until then.
                    logger.warning("sweep failed", metadata: ServiceError(wrapping: error).logMetadata)
                    try? await Task.sleep(for: Self.interval)
                }
            }
        }
    }

    /// Deletes all that is too old at this time.
    func sweep(at time: Timestamp) async throws {
        let expiry = time.advanced(by: .zero - retention)
        var deleted = Self.chunk
        while deleted == Self.chunk {
            deleted = try await storage.write { db in
                try await IdempotencyTable.deleteExpired(before: expiry, limit: Self.chunk, in: db)
            }
        }
    }
}
