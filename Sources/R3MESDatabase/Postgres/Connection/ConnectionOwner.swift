// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Logging

/// The half of a connection that belongs to its thread: sends all that waits, reads the answers, and starts again.
///
/// Nothing here blocks but the sleep at the end of each round, and that ends for the socket as well as for the mailbox. It reads
/// while there is something left to write, so that full socket buffers on both sides cannot stop both.
final class ConnectionOwner {
    let mailbox: ConnectionMailbox
    let settings: ConnectionSettings
    let status: ConnectionStatus
    let metrics: PostgresMetrics
    let logger: Logger
    let link: PostgresLink

    var pipeline = Pipeline()
    var prepared: PreparedStatements
    var gate: CancelGate
    var encoder = ParameterEncoder()
    /// Taken from the mailbox and not sent yet.
    var orders = Deque<ConnectionMailbox.Order>()
    /// Run again, before anything else.
    var again = Deque<QueuedStatement>()
    /// Names that the server is to forget.
    var forgotten: [PreparedStatements.Prepared] = []
    /// Answers that count only once their segment, and with it an implicit transaction, has ended.
    var held: [(statement: QueuedStatement, result: PostgresResult)] = []
    /// Why the preparation of the statement behind it failed.
    var preparationFailure: DatabaseError.Diagnostics?
    /// No statement's time is up before this.
    var nextDeadline: ContinuousClock.Instant?
    /// Why the connection is of no use any more.
    var breakage: DatabaseError?

    init(
        _ link: PostgresLink,
        mailbox: ConnectionMailbox,
        settings: ConnectionSettings,
        status: ConnectionStatus,
        metrics: PostgresMetrics,
        logger: Logger
    ) {
        self.link = link
        self.mailbox = mailbox
        self.settings = settings
        self.status = status
        self.metrics = metrics
        self.logger = logger
        prepared = PreparedStatements(capacity: settings.statementCacheSize)
        gate = CancelGate(grace: settings.cancelGrace, timeout: settings.cancelTimeout)
    }

    /// Serves until the mailbox is closed or the connection breaks.
    ///
    /// - Returns: The statements that may be sent by another connection.
    func serve() -> [QueuedStatement] {
        for statement in settings.setup {
            sendAlone(statement, as: .setup)
        }
        while breakage == nil {
            listenToMailbox()
            send()
            let isUnflushed = flush()
            readAnswers()
            guard breakage == nil else { break }
            checkTime()
            switch mailbox.closing {
            case .no: break
            case .whenIdle where mailbox.load > 0: break
            case .whenIdle: return []
            case .atOnce: close()
            }
            guard breakage == nil else { break }
            guard !canSend else { continue }
            let ready = mailbox.sleep(
                isUnflushed ? [.reading, .writing] : .reading,
                on: link.socket,
                takesOrders: takesOrders,
                until: nextCheck
            )
            if ready, !link.receive() {
                broke()
            }
        }
        return takeApart()
    }

    /// Whether more statements may be sent now.
    var takesOrders: Bool {
        !gate.isShut && orders.isEmpty && again.isEmpty && pipeline.statements < settings.maximumInFlight
    }

    /// Whether something taken before may go out now, since answers have come.
    private var canSend: Bool {
        guard !gate.isShut else {
            return false
        }
        if let statement = again.first {
            return mayGo(statement)
        }
        return switch orders.first {
        case .statement(let statement): mayGo(statement)
        case .copyIn, .copyOut: pipeline.isEmpty
        case nil: false
        }
    }

    /// What cannot be run again stays back while a statement before it may have to be cancelled: sent, it would forbid the
    /// cancellation, and wait for the end of a statement that nobody wants.
    func mayGo(_ statement: QueuedStatement) -> Bool {
        statement.request.isRepeatable || !gate.isWatching || pipeline.isEmpty
    }

    private var nextCheck: ContinuousClock.Instant? {
        guard let check = gate.nextCheck else {
            return nextDeadline
        }
        return nextDeadline.map { min($0, check) } ?? check
    }

    private func listenToMailbox() {
        let room = takesOrders ? settings.maximumInFlight - pipeline.statements : 0
        let news = mailbox.take(room, into: &orders)
        if let succeeded = news.cancellationSucceeded {
            gate.requestEnded(succeeded: succeeded, now: .now, progress: pipeline.progress)
            // Nothing may be left that would open it.
            if pipeline.isEmpty { gate.pipelineDrained() }
        }
        if news.hasUnwanted {
            gate.watch(now: .now, progress: pipeline.progress)
        }
    }

    /// Ends whatever is under way.
    private func close() {
        if !pipeline.isEmpty { requestCancellation() }
        broke(DatabaseError(.closed, "the database is shut down"))
    }

    /// The connection broke, of what libpq says or what is known better.
    func broke(_ error: DatabaseError? = nil) {
        guard breakage == nil else {
            return
        }
        breakage = error ?? DatabaseError(.connectionLost, "the connection to the server broke")
        logger.debug("A connection broke", metadata: ["error": "\(breakage?.code.description ?? "")"])
    }
}
