// SPDX-License-Identifier: Apache-2.0

import Logging
public import ServiceLifecycle
import Synchronization

extension MemoryMonitor: Service {
    /// Samples until shutdown, then ends the streams of ``levels()``.
    ///
    /// A sample that cannot be read is logged and left out. May be run once at a time.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try self.sampleNow()
                } catch {
                    self.logger.warning("memory cannot be sampled", metadata: ["error": "\(error)"])
                }
                try? await self.clock.sleep(for: self.configuration.interval, tolerance: nil)
            }
        }
        for subscriber in state.withLock({ $0.removeSubscribers() }) {
            subscriber.finish()
        }
    }
}
