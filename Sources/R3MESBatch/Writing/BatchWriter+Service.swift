// SPDX-License-Identifier: Apache-2.0

import Logging
public import ServiceLifecycle
import Synchronization

extension BatchWriter: Service {
    /// Writes until graceful shutdown or ``close()``, then writes what is held, for at most ``Configuration/drainTimeout``.
    ///
    /// Cancellation stops it at once. What is not written then is told to whoever waits for it, or else to `onFailure`; with
    /// a journal it stays there and is written after the next start.
    ///
    /// - Throws: ``BatchError`` with the code `notWritten` when items are lost that way, `alreadyRunning` when it is called
    ///   a second time.
    public func run() async throws {
        let isFirst = state.withLock { state in
            defer { state.hasRun = true }
            return !state.hasRun
        }
        guard isFirst else { throw BatchError(.alreadyRunning, "a writer is run once") }
        if let damaged = coding?.journal.damagedBytes, damaged > 0 {
            logger.error("the journal is damaged within", metadata: ["bytes": "\(damaged)"])
        }
        await withTaskGroup { group in
            group.addTask { await self.work() }
            group.addTask {
                try? await gracefulShutdown()
                self.close()
                try? await self.clock.sleep(for: self.configuration.drainTimeout, tolerance: nil)
            }
            await group.next()
            group.cancelAll()
        }
        close()
        try await giveUp()
    }

    /// Ends everything that is still held.
    private func giveUp() async throws {
        let (entries, waiters, flushes) = state.withLock { $0.machine.abandon() }
        let error = BatchError(.notWritten, "the writer stopped before \(entries.count) items were written")
        for waiter in Array(waiters.values) + flushes {
            waiter.resume(throwing: error)
        }
        await coding?.journal.close()
        guard !entries.isEmpty else { return }
        logger.warning("stopped with items that are not written", metadata: ["count": "\(entries.count)"])
        if coding == nil {
            let forgotten = entries.filter { waiters[$0.id] == nil }.map(\.item)
            if !forgotten.isEmpty {
                await onFailure?(forgotten, error)
            }
            throw error
        }
    }
}
