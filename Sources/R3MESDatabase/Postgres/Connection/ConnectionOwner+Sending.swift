// SPDX-License-Identifier: Apache-2.0

import DequeModule

extension ConnectionOwner {
    /// Sends all that waits and may go out now.
    func send() {
        guard !gate.isShut, breakage == nil else {
            return
        }
        forget()
        while let statement = again.first {
            guard mayGo(statement) else { return closeSegment() }
            again.removeFirst()
            send(statement)
        }
        while breakage == nil, let order = orders.first {
            switch order {
            case .statement(let statement):
                guard mayGo(statement) else { return closeSegment() }
                orders.removeFirst()
                send(statement)
            case .copyIn, .copyOut:
                // It needs the connection for itself: once all before it are answered.
                closeSegment()
                guard pipeline.isEmpty else { return }
                orders.removeFirst()
                copy(order)
            }
        }
        closeSegment()
    }

    /// Sends a statement of the connection's own.
    func sendAlone(_ text: String, as step: Pipeline.Step) {
        closeSegment()
        append(step, link.sendOnce(text))
        closeSegment()
    }

    private func send(_ statement: QueuedStatement) {
        let request = statement.request
        // Nobody waits any more: it never happened.
        guard !request.isAnswered else {
            mailbox.finished()
            return
        }
        do {
            try encoder.encode(request.sql)
        } catch {
            answer(statement, .failure(error))
            return
        }
        if statement.isAlone {
            closeSegment()
        }
        if pipeline.openStatements == 0, let setup = settings.segmentSetup {
            append(.housekeeping, link.sendOnce(setup))
        }
        sendEncoded(statement)
        if let deadline = request.deadline {
            nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
        }
        if statement.isAlone || pipeline.openStatements >= settings.maximumSegment {
            closeSegment()
        }
    }

    private func sendEncoded(_ statement: QueuedStatement) {
        let text = statement.request.statement
        let types = text.declaresParameterTypes ? ParameterEncoder.types(of: statement.request.sql) : nil
        guard settings.statementCacheSize > 0, text.isPreparable else {
            append(.statement(statement), link.sendOnce(text, &encoder, types: types))
            return
        }
        if let known = prepared.use(text) {
            append(.statement(statement), link.sendPrepared(known.name, &encoder))
            return
        }
        if let oldest = prepared.evict() {
            forgotten.append(oldest)
        }
        let new = prepared.insert(text)
        append(.prepare(text), link.sendPrepare(new.name, text, types: types ?? []))
        append(.statement(statement), link.sendPrepared(new.name, &encoder))
    }

    /// Lets the server forget what is not needed any more, each in a segment of its own, so that no neighbour suffers.
    private func forget() {
        guard !forgotten.isEmpty, !link.isInTransaction else {
            return
        }
        for statement in forgotten {
            sendAlone(statement.deallocation, as: .housekeeping)
        }
        forgotten.removeAll()
    }

    func closeSegment() {
        if breakage == nil, pipeline.openStatements > 0 {
            append(.synchronization, link.sendSynchronization())
        }
    }

    private func append(_ step: Pipeline.Step, _ isSent: Bool) {
        pipeline.append(step)
        if !isSent {
            broke()
        }
    }

    /// Whether something is left that the socket did not take.
    func flush() -> Bool {
        guard breakage == nil else {
            return false
        }
        guard let isUnflushed = link.flush() else {
            broke()
            return false
        }
        return isUnflushed
    }
}
