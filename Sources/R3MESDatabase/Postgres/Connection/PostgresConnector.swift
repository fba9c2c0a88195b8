// SPDX-License-Identifier: Apache-2.0

import CLibPQ
import Logging

/// Connects, on the thread that the connection then belongs to.
struct PostgresConnector {
    let settings: ConnectionSettings
    let mailbox: ConnectionMailbox
    let logger: Logger

    /// A connection to the first server that accepts one.
    ///
    /// - Throws: ``DatabaseError/Code/connectionFailed``, of the last server's reason; ``DatabaseError/Code/closed``.
    func connect() throws(DatabaseError) -> PostgresLink {
        var failure = DatabaseError(.connectionFailed, "no server is named")
        for (index, server) in settings.servers.list.enumerated() {
            do {
                return try connect(to: server)
            } catch {
                failure = error
                logger.debug("A server did not accept a connection", metadata: ["server": "\(index)"])
                if failure.code == .closed { break }
            }
        }
        throw failure
    }

    private func connect(to server: PostgresServers.Parameters) throws(DatabaseError) -> PostgresLink {
        guard let link = PostgresLink(server, logger: logger) else {
            throw DatabaseError(.resourceExhausted, "no memory for a connection")
        }
        let end = ContinuousClock.now + settings.connectTimeout
        // libpq asks to wait for writing first.
        var interest = Wakeup.Interest.writing
        while !link.isBroken {
            guard ContinuousClock.now < end else {
                throw DatabaseError(.connectionFailed, "the server did not accept a connection in time")
            }
            guard mailbox.closing == .no else {
                throw DatabaseError(.closed, "the database is shut down")
            }
            let isReady = mailbox.sleep(interest, on: link.socket, takesOrders: false, until: end)
            mailbox.expire(at: .now)
            guard isReady else { continue }
            switch link.pollConnecting() {
            case PGRES_POLLING_READING: interest = .reading
            case PGRES_POLLING_WRITING: interest = .writing
            case PGRES_POLLING_OK:
                guard link.enterPipelineMode() else { throw failure(link) }
                return link
            default: throw failure(link)
            }
        }
        throw failure(link)
    }

    private func failure(_ link: PostgresLink) -> DatabaseError {
        // libpq's words hold the address, the user and the database, but no secret.
        let diagnostics = DatabaseError.Diagnostics(sqlState: "", message: link.lastMessage)
        return DatabaseError(
            .connectionFailed,
            "the server cannot be reached or refused the connection",
            diagnostics: diagnostics
        )
    }
}
