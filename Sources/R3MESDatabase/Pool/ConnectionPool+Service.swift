// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle
import Synchronization

extension ConnectionPool {
    /// Opens the minimum of connections and returns when the pool has ended.
    ///
    /// It ends on graceful shutdown, for which leases have ``ConnectionPoolConfiguration/Options/drainTimeout``, by
    /// ``shutdown(within:)``, or, with no time for leases at all, when the task is cancelled.
    public func run() async {
        apply { $0.start(at: clock.now) }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await untilEnd()
            } onGracefulShutdown: {
                self.drain(within: self.configuration.options.drainTimeout)
            }
        } onCancel: {
            drain(within: .zero)
        }
    }

    /// Ends the pool: refuses all who wait and come with ``DatabaseError/Code/poolClosed``, lets leases end, closes all
    /// connections, and returns when that is done.
    ///
    /// May be called several times; the shortest time counts. Cancelling it leaves leases no more time.
    ///
    /// - Parameter time: How long leases may last before their connections are closed under them; nil for
    ///   ``ConnectionPoolConfiguration/Options/drainTimeout``.
    public func shutdown(within time: Duration? = nil) async {
        drain(within: time ?? configuration.options.drainTimeout)
        await withTaskCancellationHandler {
            await untilEnd()
        } onCancel: {
            drain(within: .zero)
        }
    }

    private func drain(within time: Duration) {
        let now = clock.now
        let end = now + min(max(time, .zero), Configuration.longest)
        apply { $0.drain(until: end, at: now) }
    }

    private func untilEnd() async {
        await withUnsafeContinuation { continuation in
            let hasEnded = state.withLock { state in
                if case .closed = state.pool.life {
                    return true
                }
                state.enders.append(continuation)
                return false
            }
            if hasEnded {
                continuation.resume()
            }
        }
    }

    /// All is closed.
    func finish() {
        alarm.cancel()
        let enders = state.withLock { state in
            defer { state.enders = [] }
            return state.enders
        }
        for ender in enders {
            ender.resume()
        }
    }
}
