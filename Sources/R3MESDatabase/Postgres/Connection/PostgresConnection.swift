// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Logging
import Synchronization

/// One connection to PostgreSQL for one lease at a time: the half that tasks see.
///
/// Its other half is a thread, which is gone when the connection is closed or breaks.
final class PostgresConnection: Sendable {
    let mailbox: ConnectionMailbox
    let status = ConnectionStatus()
    let settings: ConnectionSettings

    /// Connects.
    ///
    /// - Throws: ``DatabaseError``; `CancellationError`.
    static func open(
        _ settings: ConnectionSettings,
        metrics: PostgresMetrics,
        logger: Logger
    ) async throws -> PostgresConnection {
        let connection = try PostgresConnection(settings)
        let opening = Answer<Result<Void, DatabaseError>>()
        try OwnerThread.start { connection.run(opening, metrics, logger) }
        let outcome = await withTaskCancellationHandler {
            await opening.wait()
        } onCancel: {
            connection.mailbox.close(.atOnce)
        }
        try Task.checkCancellation()
        try outcome.get()
        return connection
    }

    private init(_ settings: ConnectionSettings) throws(DatabaseError) {
        self.settings = settings
        mailbox = try ConnectionMailbox()
    }

    /// The thread's way from the first step of connecting to the last of closing.
    private func run(_ opening: Answer<Result<Void, DatabaseError>>, _ metrics: PostgresMetrics, _ logger: Logger) {
        let link: PostgresLink
        do {
            link = try PostgresConnector(settings: settings, mailbox: mailbox, logger: logger).connect()
        } catch {
            status.setBroken()
            opening.give(.failure(error))
            return
        }
        let owner = ConnectionOwner(
            link,
            mailbox: mailbox,
            settings: settings,
            status: status,
            metrics: metrics,
            logger: logger
        )
        opening.give(.success(()))
        let left = owner.serve()
        let error = owner.breakage ?? DatabaseError(.closed, "the connection is closed")
        status.setBroken()
        mailbox.refuse(with: error)
        for statement in left {
            owner.answer(statement, .failure(error))
        }
        for order in mailbox.takeAll() {
            mailbox.finished()
            if case .statement(let statement) = order { statement.request.resolve(.failure(error)) }
            order.channel?.fail(error)
        }
        status.listener?(nil)
        status.listener = nil
    }
}

extension PostgresConnection {
    /// Sends a request and waits for its answer, unless the task is cancelled.
    func answer(to request: StatementRequest) async throws -> PostgresResult {
        try await request.answer(on: mailbox)
    }
}

extension StatementRequest {
    /// Sends the request to a connection and waits for its answer, its time or the task's cancellation.
    func answer(on mailbox: ConnectionMailbox) async throws -> PostgresResult {
        let outcome = await withTaskCancellationHandler {
            await answer {
                if let refusal = mailbox.submit(.statement(QueuedStatement(self))) {
                    resolve(.failure(refusal))
                }
            }
        } onCancel: {
            if resolve(.cancelled) { mailbox.reportUnwanted() }
        }
        switch outcome {
        case .result(let result): return result
        case .failure(let error): throw error
        case .cancelled: throw CancellationError()
        }
    }
}
