// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

extension ConnectionPool {
    /// Lets an event happen, and then does what follows from it, without the lock.
    func apply(_ event: (inout State) -> [State.Action]) {
        apply { ((), event(&$0)) }
    }

    /// Lets an event happen, and then does what follows from it, without the lock.
    func apply<Result: Sendable>(_ event: (inout State) -> (Result, [State.Action])) -> Result {
        let (result, actions, old, new) = state.withLock { state in
            let old = state.pool.readings
            let (result, actions) = event(&state.pool)
            return (result, actions, old, state.pool.readings)
        }
        metrics.move(from: old, to: new)
        for action in actions {
            perform(action)
        }
        return result
    }

    private func perform(_ action: State.Action) {
        switch action {
        case .grant(let waiter, let lease):
            waiter.give(.leased(lease))
        case .refuse(let waiter, let refusal):
            waiter.give(.refused(refusal))
        case .open(let ticket):
            Task.detached { await self.open(ticket) }
        case .check(let ticket, let connection):
            Task.detached { await self.check(connection, ticket) }
        case .reset(let ticket, let connection):
            Task.detached { await self.reset(connection, ticket) }
        case .close(let ticket, let connection, let reason):
            metrics.closed(reason)
            logger.debug("A connection is closed", metadata: ["reason": "\(reason.rawValue)"])
            Task.detached {
                await self.close(connection)
                self.apply { $0.closed(ticket, at: self.clock.now) }
            }
        case .discard(let connection):
            Task.detached { await self.close(connection) }
        case .setAlarm(let time):
            alarm.set(time) { [weak self] in
                guard let self else {
                    return
                }
                apply { $0.tick(at: self.clock.now) }
            }
        case .measureLoad:
            let load = configuration.options.sizing?.load?()
            apply { $0.resize(load: load, at: clock.now) }
        case .finish:
            finish()
        case .reportLeak, .reportOutage, .reportRecovery, .reportSize:
            report(action)
        }
    }

    private func open(_ ticket: State.Ticket) async {
        do {
            try await clock.limit(configuration.options.openTimeout) {
                let connection = try await self.open()
                guard case .clean = connection.condition else {
                    await self.close(connection)
                    throw DatabaseError(.connectionFailed, "the connection was not usable when it was opened")
                }
                let chance = Double.random(in: 0...1)
                self.apply { $0.opened(ticket, connection, at: self.clock.now, chance: chance) }
            }
        } catch {
            let chance = Double.random(in: 0...1)
            apply { $0.openFailed(ticket, error, at: clock.now, chance: chance) }
        }
    }

    private func check(_ connection: Connection, _ ticket: State.Ticket) async {
        let succeeded = await succeeds(connection) { try await connection.validate() }
        apply { $0.checkEnded(ticket, succeeded: succeeded, at: clock.now) }
    }

    private func reset(_ connection: Connection, _ ticket: State.Ticket) async {
        let succeeded = await succeeds(connection) { try await connection.reset() }
        apply { $0.resetEnded(ticket, succeeded: succeeded, at: clock.now) }
    }

    private func succeeds(
        _ connection: Connection,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async -> Bool {
        do {
            try await clock.limit(configuration.options.maintenanceTimeout, operation)
        } catch {
            logger.debug("A connection did not answer", metadata: ["error": "\(error)"])
            return false
        }
        guard case .clean = connection.condition else {
            return false
        }
        return true
    }

    private func close(_ connection: Connection) async {
        do {
            try await clock.limit(configuration.options.maintenanceTimeout) { await connection.close() }
        } catch {
            logger.warning("A connection did not close in time and was given up")
        }
    }
}
