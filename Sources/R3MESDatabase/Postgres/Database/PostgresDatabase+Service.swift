// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import ServiceLifecycle
import Synchronization

extension PostgresDatabase {
    /// How far the end has come.
    enum Lifecycle {
        case running
        /// Somebody ends it, and others wait for that.
        case ending([UnsafeContinuation<Void, Never>])
        case ended
    }

    /// Keeps the database until graceful shutdown, or the task's cancellation, and then ends it.
    public func run() async {
        // Opens the minimum, and returns on graceful shutdown when all leases have ended.
        await pool.run()
        await shutdown()
    }

    /// Ends the database in order: new statements are refused, those under way have the pool's drain time to end, connections
    /// are closed.
    public func shutdown() async {
        let isFirst = lifecycle.withLock { lifecycle in
            guard case .running = lifecycle else { return false }
            lifecycle = .ending([])
            return true
        }
        guard isFirst else {
            return await untilEnd()
        }
        let shared = shared
        for connection in shared {
            connection.close(.whenIdle)
        }
        async let pool: Void = pool.shutdown()
        do {
            try await withTimeout(configuration.pool.options.drainTimeout, gracePeriod: .zero) {
                for connection in shared { await connection.untilEnd() }
            }
        } catch {
            for connection in shared { connection.close(.atOnce) }
        }
        await pool
        let waiting = lifecycle.withLock { lifecycle in
            defer { lifecycle = .ended }
            if case .ending(let waiting) = lifecycle { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    private func untilEnd() async {
        await withUnsafeContinuation { continuation in
            let hasEnded = lifecycle.withLock { lifecycle in
                guard case .ending(let waiting) = lifecycle else { return true }
                lifecycle = .ending(waiting + [continuation])
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }
}
