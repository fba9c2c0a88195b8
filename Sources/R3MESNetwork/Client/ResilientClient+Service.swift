// SPDX-License-Identifier: Apache-2.0

import Logging
import R3MESConcurrency
public import ServiceLifecycle

extension ResilientClient: Service {
    /// Waits for the graceful shutdown, or for its task's cancellation, and then for ``shutdown()``.
    public func run() async throws {
        try? await gracefulShutdown()
        await shutdown()
    }

    /// Refuses new calls, lets those in flight end for as long as the drain time, and closes all connections.
    ///
    /// A cancelled task does not wait for calls. May be called more than once. A client that was given from outside is
    /// left open.
    public func shutdown() async {
        let drain = configuration.options.drain
        do {
            try await withTimeout(max(drain, .zero)) { [lifecycle] in
                await lifecycle.stop()
            }
        } catch {
            logger.notice("calls still in flight are cut off", metadata: ["calls": "\(lifecycle.inFlight)"])
        }
        await transport.shutdown()
    }
}
