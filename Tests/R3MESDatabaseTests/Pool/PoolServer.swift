// SPDX-License-Identifier: Apache-2.0

import R3MESMemory
import Synchronization

@testable import R3MESDatabase

/// A server as a pool sees it: it gives out connections, refuses them or keeps silent, and writes down what is done to
/// them.
final class PoolServer: Sendable {
    struct Refused: Error, Equatable {
        let attempt: Int
    }

    struct Behavior {
        var isAway = false
        /// Attempts wait here, if it is set.
        var gate: PoolGate?
        var validationFails = false
        var resetFails = false
        /// Decides by chance whether an operation fails; the name of the operation is its argument.
        var fails: @Sendable (String) -> Bool = { _ in false }
    }

    private struct State {
        var behavior = Behavior()
        var attempts = 0
        var opened = 0
        var open = 0
        var peak = 0
        var violations: [String] = []
    }

    private let state = Mutex(State())
    /// Kept, since the tasks of a pool do not inherit it.
    private let tracker = LeakTracker.current

    /// How often somebody tried to connect.
    var attempts: Int { state.withLock { $0.attempts } }
    /// How many connections were opened.
    var opened: Int { state.withLock { $0.opened } }
    /// How many connections are open.
    var open: Int { state.withLock { $0.open } }
    /// The most connections that were ever open.
    var peak: Int { state.withLock { $0.peak } }
    /// What must not happen and did.
    var violations: [String] { state.withLock { $0.violations } }

    func behave(_ change: (inout Behavior) -> Void) {
        state.withLock { change(&$0.behavior) }
    }

    func open() async throws -> Connection {
        let (behavior, attempt) = state.withLock { state in
            state.attempts += 1
            return (state.behavior, state.attempts)
        }
        await behavior.gate?.wait()
        await Task.yield()
        guard !behavior.isAway, !behavior.fails("open") else {
            throw Refused(attempt: attempt)
        }
        let number = state.withLock { state in
            state.opened += 1
            state.open += 1
            state.peak = max(state.peak, state.open)
            return state.opened
        }
        let connection = Connection(number: number, server: self)
        tracker?.track(connection)
        return connection
    }

    fileprivate func violated(_ rule: String) {
        state.withLock { $0.violations.append(rule) }
    }

    fileprivate func perform(_ operation: String) async throws {
        let behavior = state.withLock { $0.behavior }
        await Task.yield()
        let fails =
            switch operation {
            case "validate": behavior.validationFails
            case "reset": behavior.resetFails
            default: false
            }
        guard !fails, !behavior.fails(operation) else {
            throw Refused(attempt: 0)
        }
    }

    fileprivate func closed() {
        state.withLock { $0.open -= 1 }
    }
}

extension PoolServer {
    /// A connection that notices when two use it at once, and when it is used dirty or closed.
    final class Connection: PooledConnection {
        private struct State {
            var condition = ConnectionCondition.clean
            var isInUse = false
            var isClosed = false
            var validations = 0
            var resets = 0
        }

        let number: Int
        private let server: PoolServer
        private let state = Mutex(State())

        init(number: Int, server: PoolServer) {
            self.number = number
            self.server = server
        }

        var condition: ConnectionCondition { state.withLock { $0.condition } }
        var isClosed: Bool { state.withLock { $0.isClosed } }
        var validations: Int { state.withLock { $0.validations } }
        var resets: Int { state.withLock { $0.resets } }

        /// Becomes dirty, broken or clean.
        func become(_ condition: ConnectionCondition) {
            state.withLock { $0.condition = condition }
        }

        /// To be called by who has it, first.
        func enter() {
            begin("lease")
        }

        /// To be called by who has it, last.
        func leave() {
            end()
        }

        func validate() async throws {
            begin("validation")
            defer { end() }
            state.withLock { $0.validations += 1 }
            try await server.perform("validate")
        }

        func reset() async throws {
            begin("reset", allowsDirt: true)
            defer { end() }
            state.withLock { $0.resets += 1 }
            try await server.perform("reset")
            become(.clean)
        }

        func close() async {
            let wasClosed = state.withLock { state in
                defer { state.isClosed = true }
                return state.isClosed
            }
            if wasClosed {
                server.violated("closed twice")
            }
            try? await server.perform("close")
            server.closed()
        }

        private func begin(_ use: String, allowsDirt: Bool = false) {
            let violation = state.withLock { state -> String? in
                defer { state.isInUse = true }
                return if state.isInUse {
                    "\(use) while somebody else uses it"
                } else if state.isClosed {
                    "\(use) after it was closed"
                } else if state.condition != .clean, !allowsDirt {
                    "\(use) while it is \(state.condition)"
                } else {
                    nil
                }
            }
            if let violation {
                server.violated(violation)
            }
        }

        private func end() {
            state.withLock { $0.isInUse = false }
        }
    }
}
