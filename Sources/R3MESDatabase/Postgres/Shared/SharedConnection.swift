// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Logging

/// A connection that the reads of all tasks share, and that comes back by itself when it breaks.
///
/// Reads that were under way when it broke are sent once more. While the server is away, reads are refused at once.
final class SharedConnection: Sendable {
    let mailbox: ConnectionMailbox
    private let settings: ConnectionSettings
    private let backoff: ReconnectionBackoff
    private let metrics: PostgresMetrics
    private let logger: Logger
    private let ended = Answer<Void>()

    /// Makes one, with its thread, which connects when there is something to do.
    init(
        _ settings: ConnectionSettings,
        backoff: ReconnectionBackoff,
        metrics: PostgresMetrics,
        logger: Logger
    ) throws(DatabaseError) {
        self.settings = settings
        self.backoff = backoff
        self.metrics = metrics
        self.logger = logger
        mailbox = try ConnectionMailbox()
        try OwnerThread.start { self.run() }
    }

    /// How many statements it has to do.
    var load: Int { mailbox.load }

    /// What it has to do, to compare: one that refuses all it is asked looks idle, and would draw everything to it.
    var burden: Int { mailbox.isRefusing ? .max : mailbox.load }

    /// Ends it when all its statements are done with, or at once; see ``untilEnd()``.
    func close(_ closing: ConnectionMailbox.Closing) {
        mailbox.close(closing)
    }

    /// Returns when it has ended; to be called once.
    func untilEnd() async {
        await ended.wait()
    }

    private func run() {
        var failures = 0
        var hasConnected = false
        while waitForWork() {
            do {
                let link = try PostgresConnector(settings: settings, mailbox: mailbox, logger: logger).connect()
                if hasConnected { metrics.reconnected() }
                hasConnected = true
                failures = 0
                mailbox.reopen()
                mailbox.putBack(serve(link))
            } catch {
                failures += 1
                logger.log(
                    level: failures == 1 ? .warning : .debug,
                    "A shared connection could not be opened",
                    metadata: ["error": "\(error)", "attempts": "\(failures)"]
                )
                mailbox.refuse(with: error)
                failAll(error)
                wait(backoff.wait(afterFailures: failures, chance: .random(in: 0...1)))
            }
        }
        failAll(DatabaseError(.closed, "the database is shut down"))
        ended.give(())
    }

    private func serve(_ link: PostgresLink) -> [QueuedStatement] {
        let owner = ConnectionOwner(
            link,
            mailbox: mailbox,
            settings: settings,
            status: ConnectionStatus(),
            metrics: metrics,
            logger: logger
        )
        return owner.serve()
    }

    /// Sleeps until there is something to do; false if it is to end.
    private func waitForWork() -> Bool {
        while true {
            switch mailbox.closing {
            case .atOnce: return false
            case .whenIdle where mailbox.load == 0: return false
            case .no, .whenIdle: break
            }
            if mailbox.load > 0 || mailbox.isRefusing { return true }
            _ = mailbox.sleep([], on: nil, takesOrders: true, until: nil)
            mailbox.expire(at: .now)
        }
    }

    private func wait(_ time: Duration) {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end, mailbox.closing == .no {
            _ = mailbox.sleep([], on: nil, takesOrders: false, until: end)
        }
    }

    private func failAll(_ error: DatabaseError) {
        for case .statement(let statement) in mailbox.takeAll() {
            mailbox.finished()
            statement.request.resolve(.failure(error))
        }
    }
}
