// SPDX-License-Identifier: Apache-2.0

import CLibPQ

// libpq does not copy in a pipeline, so the connection leaves it for the time, with nothing else under way.
extension ConnectionOwner {
    /// Copies from beginning to end, and tells the caller.
    func copy(_ order: ConnectionMailbox.Order) {
        guard link.exitPipelineMode() else {
            return fail(order)
        }
        switch order {
        case .statement: break
        case .copyIn(let channel): copyIn(channel)
        case .copyOut(let channel): copyOut(channel)
        }
        guard breakage == nil, link.enterPipelineMode() else {
            return fail(order)
        }
    }

    private func fail(_ order: ConnectionMailbox.Order) {
        broke()
        mailbox.finished()
        order.channel?.fail(breakage ?? DatabaseError(.connectionLost, "the connection to the server broke"))
    }

    private func copyIn(_ channel: CopyInChannel) {
        var failure: DatabaseError?
        guard link.sendCopy(channel.statement), let first = awaitResult() else {
            return broke()
        }
        if PQresultStatus(first) == PGRES_COPY_IN {
            PQclear(first)
            guard sendPieces(of: channel) else { return broke() }
        } else {
            failure = error(of: first)
        }
        var rows = 0
        while breakage == nil, let result = awaitResult() {
            if PQresultStatus(result) == PGRES_COMMAND_OK {
                rows = PostgresResult(owning: result).affectedRows
            } else {
                failure = failure ?? error(of: result)
            }
        }
        guard breakage == nil else { return }
        status.setInTransaction(link.isInTransaction)
        mailbox.finished()
        channel.end(failure.map { .failure($0) } ?? .success(rows))
    }

    /// False if the connection broke.
    private func sendPieces(of channel: CopyInChannel) -> Bool {
        var unsent: [UInt8]?
        while true {
            if let piece = unsent {
                guard let isTaken = link.putCopyData(piece) else { return false }
                if isTaken {
                    unsent = nil
                } else if !wait(for: [.reading, .writing]) {
                    return false
                }
                continue
            }
            switch channel.next() {
            case .piece(let piece): unsent = piece
            case .pending:
                guard link.flush() != nil, wait(for: .reading) else { return false }
            case .end: return endCopy(nil)
            case .calledOff: return endCopy("called off")
            }
        }
    }

    private func endCopy(_ reason: String?) -> Bool {
        while let isTaken = link.putCopyEnd(callingOffBecause: reason) {
            if isTaken { return true }
            guard wait(for: [.reading, .writing]) else { return false }
        }
        return false
    }

    private func copyOut(_ channel: CopyOutChannel) {
        guard link.sendCopy(channel.statement), let first = awaitResult() else {
            return broke()
        }
        var failure: DatabaseError?
        if PQresultStatus(first) == PGRES_COPY_OUT {
            PQclear(first)
            guard passPieces(to: channel) else { return broke() }
        } else {
            failure = error(of: first)
        }
        while breakage == nil, let result = awaitResult() {
            if PQresultStatus(result) == PGRES_COMMAND_OK {
                PQclear(result)
            } else {
                failure = failure ?? error(of: result)
            }
        }
        guard breakage == nil else { return }
        status.setInTransaction(link.isInTransaction)
        mailbox.finished()
        channel.end(failure.map { .failure($0) } ?? .success(()))
    }

    /// False if the connection broke, or is to be given up because nobody wants what comes.
    private func passPieces(to channel: CopyOutChannel) -> Bool {
        let size = 64 * 1024
        var piece: [UInt8] = []
        while true {
            // To read all that nobody wants may take for ever; a new connection takes milliseconds.
            guard !channel.isCalledOff, mailbox.closing != .atOnce else { return false }
            guard piece.count < size || channel.hasRoom else {
                _ = mailbox.sleep([], on: nil, takesOrders: false, until: nil)
                continue
            }
            if piece.count >= size {
                channel.add(piece)
                piece = []
            }
            switch link.getCopyData() {
            case .row(let row): piece.append(contentsOf: row)
            case .pending:
                guard wait(for: .reading) else { return false }
            case .end:
                if !piece.isEmpty { channel.add(piece) }
                return true
            }
        }
    }

    /// The next result, waited for; nil at the end of all, or if the connection broke.
    private func awaitResult() -> OpaquePointer? {
        while true {
            guard let isUnflushed = link.flush() else {
                broke()
                return nil
            }
            if !link.isWaiting { break }
            guard wait(for: isUnflushed ? [.reading, .writing] : .reading) else {
                broke()
                return nil
            }
        }
        return link.nextResult()
    }

    /// Waits for the socket or for news, and takes in what the socket has.
    private func wait(for interest: Wakeup.Interest) -> Bool {
        let ready = mailbox.sleep(interest, on: link.socket, takesOrders: false, until: nil)
        return mailbox.closing != .atOnce && (!ready || link.receive())
    }

    private func error(of result: OpaquePointer) -> DatabaseError {
        defer { PQclear(result) }
        guard let diagnostics = DatabaseError.Diagnostics(result) else {
            broke()
            return DatabaseError(.connectionLost, "the connection to the server broke")
        }
        return DatabaseError(diagnostics)
    }
}
