// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESDatabase

/// A pool on a clock that stands still, over a server that does what the test says.
final class PoolScenario: Sendable {
    let clock = TestClock()
    let server = PoolServer()
    private let log = InMemoryLogHandler()
    let pool: ConnectionPool<PoolServer.Connection>

    init(
        minimum: Int = 0,
        maximum: Int = 2,
        maximumWaiting: Int = 10_000,
        _ change: (inout ConnectionPoolConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = ConnectionPoolConfiguration(
            minimum: minimum,
            maximum: maximum,
            maximumWaiting: maximumWaiting
        )
        change(&configuration)
        let server = server
        let log = log
        pool = try ConnectionPool(
            configuration: configuration,
            logger: Logger(label: "pool") { _ in log },
            clock: clock
        ) {
            try await server.open()
        }
    }

    /// What was logged at this level or above.
    func logged(from level: Logger.Level) -> [InMemoryLogHandler.Entry] {
        log.entries.filter { $0.level >= level }
    }

    /// Takes a connection in a task of its own, and keeps it until the gate opens.
    func hold(until gate: PoolGate) async -> Task<Void, any Error> {
        let before = pool.statistics.inUse
        let task = Task { [pool] in
            try await pool.withConnection { _ in await gate.wait() }
        }
        await eventually { [pool] in pool.statistics.inUse == before + 1 }
        return task
    }

    /// A caller that waits in the queue, which is checked.
    func queue(
        timeout: Duration? = nil,
        _ body: @escaping @Sendable (PoolServer.Connection) async -> Void = { _ in }
    ) async -> Task<Void, any Error> {
        let before = pool.statistics.waiting
        let task = Task { [pool] in
            try await pool.withConnection(timeout: timeout) { await body($0) }
        }
        await eventually { [pool] in pool.statistics.waiting == before + 1 }
        return task
    }

    /// Lets other tasks run until the condition holds; a test that waits in vain fails.
    func eventually(
        _ condition: @Sendable () -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        for _ in 0..<1_000_000 {
            if condition() {
                return
            }
            await Task.yield()
        }
        Issue.record("waited in vain: \(pool.statistics)", sourceLocation: sourceLocation)
    }
}

/// The code of a ``DatabaseError`` that the operation throws; nil for any other outcome.
func poolErrorCode(of operation: () async throws -> Void) async -> DatabaseError.Code? {
    do {
        try await operation()
    } catch let error as DatabaseError {
        return error.code
    } catch {}
    return nil
}

/// A door that tasks wait at until it is opened.
final class PoolGate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [UnsafeContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withUnsafeContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen {
                    state.waiting.append(continuation)
                }
                return state.isOpen
            }
            if isOpen {
                continuation.resume()
            }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }
}
