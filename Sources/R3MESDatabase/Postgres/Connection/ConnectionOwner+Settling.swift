// SPDX-License-Identifier: Apache-2.0

import DequeModule

extension ConnectionOwner {
    /// Tells a caller its answer; nothing is left of its statement here.
    func answer(_ statement: QueuedStatement, _ answer: StatementRequest.Answer) {
        mailbox.finished()
        statement.request.resolve(answer)
    }

    /// The server failed a statement: what becomes of it.
    func settle(_ statement: QueuedStatement, _ failure: DatabaseError.Diagnostics, isPreparing: Bool) {
        let text = statement.request.statement
        let error = DatabaseError(failure)
        let isPrepared = settings.statementCacheSize > 0 && text.isPreparable
        let circumstances = FailureVerdict.Circumstances(
            isRepeatable: statement.request.isRepeatable,
            isCancelling: gate.isShut,
            isPreparing: isPreparing || !isPrepared,
            isPrepared: isPrepared,
            areTypesDeclared: text.declaresParameterTypes,
            isInTransaction: link.isInTransaction
        )
        let isPlanInvalidated = error.code == .planInvalidated
        switch FailureVerdict(sqlState: failure.sqlState, isPlanInvalidated: isPlanInvalidated, circumstances) {
        case .deliver:
            if isPlanInvalidated || failure.sqlState == "26000" { prepareAnew(text) }
            answer(statement, .failure(error))
        case .runAlone:
            runAgain(statement)
        case .prepareAnew:
            prepareAnew(text)
            runAgain(statement)
        case .declareTypes:
            text.declareParameterTypes()
            runAgain(statement)
        }
    }

    private func prepareAnew(_ statement: Statement) {
        if let old = prepared.remove(statement) {
            forgotten.append(old)
        }
    }

    func runAgain(_ statement: QueuedStatement) {
        guard let next = statement.again() else {
            let error = DatabaseError(.serverError, "the server undid the statement \(statement.attempts) times")
            return answer(statement, .failure(error))
        }
        again.append(next)
    }

    /// Looks at deadlines and cancellations.
    func checkTime() {
        let now = ContinuousClock.now
        mailbox.expire(at: now)
        if let nextDeadline, nextDeadline <= now {
            expire(at: now)
        }
        guard let check = gate.nextCheck, check <= now else {
            return
        }
        let action = gate.check(
            now: now,
            progress: pipeline.progress,
            isHeadUnwanted: pipeline.statementAtHead?.request.isAnswered ?? false,
            hasUnwanted: pipeline.statementsUnderWay.contains { $0.request.isAnswered },
            mayCancel: pipeline.isDispensableBehindHead
        )
        switch action {
        case .none: break
        case .requestCancellation: requestCancellation()
        case .abandonConnection: broke(DatabaseError(.connectionLost, "the server did not end a statement in time"))
        }
    }

    /// Frees all whose time is up, sent or not.
    private func expire(at now: ContinuousClock.Instant) {
        var next: ContinuousClock.Instant?
        var isUnderWay = false
        func consider(_ request: StatementRequest) -> Bool {
            guard let deadline = request.deadline, !request.isAnswered else { return false }
            guard deadline <= now else {
                next = next.map { min($0, deadline) } ?? deadline
                return false
            }
            return request.resolve(.failure(DatabaseError(.timedOut, "the statement's time is up")))
        }
        for statement in pipeline.statementsUnderWay where consider(statement.request) {
            isUnderWay = true
        }
        for statement in again {
            _ = consider(statement.request)
        }
        for case .statement(let statement) in orders {
            _ = consider(statement.request)
        }
        nextDeadline = next
        if isUnderWay {
            gate.watch(now: now, progress: pipeline.progress)
        }
    }

    /// From a thread of its own, for it connects to the server and waits.
    func requestCancellation() {
        guard let cancellation = link.cancellation() else {
            return broke()
        }
        metrics.cancelled()
        let mailbox = mailbox
        do {
            try OwnerThread.start { mailbox.reportCancellation(succeeded: cancellation.request()) }
        } catch {
            mailbox.reportCancellation(succeeded: false)
        }
    }

    /// The connection is gone: what may be sent by another one, and an answer for all others.
    func takeApart() -> [QueuedStatement] {
        let error = breakage ?? DatabaseError(.connectionLost, "the connection to the server broke")
        let underWay = held.map(\.statement) + pipeline.removeAll()
        held.removeAll()
        var left: [QueuedStatement] = []
        for var statement in underWay + again {
            if statement.request.isRepeatable, !statement.survivedConnection, !statement.request.isAnswered {
                statement.survivedConnection = true
                left.append(statement)
            } else {
                answer(statement, .failure(error))
            }
        }
        again.removeAll()
        for case .statement(let statement) in orders {
            left.append(statement)
        }
        for order in orders {
            order.channel?.fail(error)
        }
        orders.removeAll()
        return left
    }
}

extension DatabaseError {
    /// The server said that it ends the connection, whatever its reason.
    var asLostConnection: DatabaseError {
        DatabaseError(.connectionLost, "the server ended the connection", diagnostics: diagnostics)
    }
}
