// SPDX-License-Identifier: Apache-2.0

import NIOCore
public import ServiceLifecycle
import Synchronization

extension RedisClient: Service {
    /// Connects, and shuts down in an orderly way when cancelled or told to stop.
    ///
    /// A client works without: then it connects with the first command, and ``shutdown(within:)`` ends it.
    public func run() async throws {
        for connection in connections {
            connection.eventLoop.execute { connection.connect() }
        }
        await cancelWhenGracefulShutdown {
            // Ends by cancellation alone.
            while (try? await Task.sleep(for: .seconds(86_400))) != nil {}
        }
        await shutdown(within: configuration.commandTimeout)
    }

    /// Waits for the answers to what has been asked, but not longer than this, and closes all connections.
    ///
    /// Commands that come meanwhile are taken until nothing is in flight. What has no answer at the end fails with
    /// ``CacheError/Code/closed``.
    public func shutdown(within limit: Duration = .seconds(5)) async {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: limit)
        while clock.now < end, connections.contains(where: { !$0.isDrained }), !Task.isCancelled {
            try? await clock.sleep(for: .milliseconds(1), tolerance: .zero)
        }
        close()
    }

    func close() {
        isClosed.store(true, ordering: .relaxed)
        for connection in connections {
            connection.close()
        }
        subscriptions.close()
    }
}

extension SharedConnection {
    /// Whether nothing waits for an answer.
    var isDrained: Bool {
        state.withLock { $0.isDrained }
    }
}
