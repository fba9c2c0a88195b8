// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import Synchronization

/// Counts the connections of one HTTP client, which does not tell by itself.
final class ConnectionCounter: Sendable {
    private let state = Mutex(ConnectionCount())

    var count: ConnectionCount { state.withLock { $0 } }

    /// Makes the client report each connection here.
    func attach(to configuration: inout HTTPClient.Configuration) {
        configuration.http1_1ConnectionDebugInitializer = { [self] channel in
            opened(channel, isHTTP2: false)
        }
        configuration.http2ConnectionDebugInitializer = { [self] channel in
            opened(channel, isHTTP2: true)
        }
    }

    private func opened(_ channel: any Channel, isHTTP2: Bool) -> EventLoopFuture<Void> {
        state.withLock { count in
            count.opened += 1
            count.open += 1
            count.http2 += isHTTP2 ? 1 : 0
        }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { $0.open -= 1 }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }
}
