// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

extension PostgresConnection {
    /// Copies pieces to the server until there is none; they are made while those before are on their way.
    ///
    /// - Returns: How many rows the server took.
    func copyIn(
        _ channel: CopyInChannel,
        until deadline: ContinuousClock.Instant?,
        _ nextPiece: () throws -> [UInt8]?
    ) async throws -> Int {
        if let refusal = mailbox.submit(.copyIn(channel)) {
            throw refusal
        }
        let alarm = deadline.map { CopyAlarm(channel, mailbox, at: $0) }
        defer { alarm?.stop() }
        return try await withTaskCancellationHandler {
            do {
                while let piece = try nextPiece(), await channel.send(piece, mailbox) {}
            } catch {
                channel.callOff(mailbox)
                throw error
            }
            do {
                return try await channel.finish(mailbox)
            } catch is CancellationError {
                try Task.checkCancellation()
                throw DatabaseError(.timedOut, "the statement's time is up")
            }
        } onCancel: {
            channel.callOff(mailbox)
        }
    }
}

/// Calls a copy off when its time is up.
private struct CopyAlarm {
    private let task: Task<Void, Never>

    init(_ channel: CopyInChannel, _ mailbox: ConnectionMailbox, at deadline: ContinuousClock.Instant) {
        task = Task.detached {
            do {
                try await Task.sleep(until: deadline, tolerance: .zero, clock: .continuous)
                channel.callOff(mailbox)
            } catch {
                // The copy ended in time.
            }
        }
    }

    func stop() {
        task.cancel()
    }
}
