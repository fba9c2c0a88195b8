// SPDX-License-Identifier: Apache-2.0

import CLibPQ

extension ConnectionOwner {
    /// Gives out all answers that have arrived.
    func readAnswers() {
        while breakage == nil, !pipeline.isEmpty, !link.isWaiting {
            receive(link.nextResult())
        }
        if breakage == nil, pipeline.isEmpty {
            // Reads what the server says unasked.
            _ = link.isWaiting
            takeNotifications()
        }
    }

    func takeNotifications() {
        while let notification = link.nextNotification() {
            status.listener?(notification)
        }
    }

    private func receive(_ result: OpaquePointer?) {
        guard let result else {
            if pipeline.isHeadAnswered { pipeline.removeHead() }
            return
        }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            succeeded(PostgresResult(owning: result))
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            synchronized()
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            skipped()
        case PGRES_FATAL_ERROR:
            let failure = DatabaseError.Diagnostics(result)
            let isEnd = PostgresField.severity.text(of: result).map { $0 == "FATAL" || $0 == "PANIC" } ?? true
            PQclear(result)
            guard let failure, !isEnd else {
                return broke(failure.map { DatabaseError($0).asLostConnection })
            }
            failed(failure)
        default:
            // A copy, or another thing that no pipeline can have.
            PQclear(result)
            broke()
        }
    }

    private func succeeded(_ result: PostgresResult) {
        guard let head = pipeline.head, !pipeline.isHeadAnswered else {
            return
        }
        pipeline.answerHead()
        guard case .statement(let statement) = head else {
            return
        }
        if statement.request.isRepeatable {
            answer(statement, .result(result))
        } else {
            held.append((statement, result))
        }
    }

    private func synchronized() {
        // Whatever is still in front was never sent, by libpq's own rules.
        guard case .synchronization = pipeline.head else {
            return broke()
        }
        pipeline.removeHead()
        preparationFailure = nil
        status.setInTransaction(link.isInTransaction)
        for (statement, result) in held {
            answer(statement, .result(result))
        }
        held.removeAll(keepingCapacity: true)
        if pipeline.isEmpty {
            gate.pipelineDrained()
        }
    }

    /// The head did not run, because something before it in its segment failed.
    private func skipped() {
        guard let head = pipeline.head, !pipeline.isHeadAnswered else {
            return
        }
        pipeline.answerHead()
        switch head {
        case .prepare(let statement):
            _ = prepared.remove(statement)
        case .statement(let statement):
            if let preparationFailure {
                self.preparationFailure = nil
                settle(statement, preparationFailure, isPreparing: true)
            } else {
                metrics.rerun()
                runAgain(statement)
            }
        case .setup: broke()
        case .housekeeping, .synchronization: break
        }
    }

    private func failed(_ failure: DatabaseError.Diagnostics) {
        guard let head = pipeline.head, !pipeline.isHeadAnswered else {
            return
        }
        switch head {
        case .prepare(let statement):
            pipeline.answerHead()
            _ = prepared.remove(statement)
            preparationFailure = failure
        case .statement(let statement):
            pipeline.answerHead()
            settle(statement, failure, isPreparing: false)
        case .synchronization:
            // The end of the implicit transaction failed, such as by a deferred constraint. The point itself follows.
            let failed = held
            held.removeAll()
            for (statement, _) in failed {
                settle(statement, failure, isPreparing: false)
            }
        case .setup: broke(DatabaseError(failure))
        case .housekeeping: pipeline.answerHead()
        }
    }
}
