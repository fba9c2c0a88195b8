// SPDX-License-Identifier: Apache-2.0

extension PostgresDatabase {
    /// Listens to channels while the body runs: it gets what is sent after it has begun.
    ///
    /// Holds a connection of the pool's. When that is lost another one takes its place, as soon as the server is there again, and a
    /// ``PostgresNotifications/Element/gap`` tells that messages may be missing.
    ///
    /// - Parameters:
    ///   - channels: The channels' names, taken as they are.
    ///   - file: The place that a report of a leak names.
    ///   - line: The place that a report of a leak names.
    ///   - body: Looks at the messages.
    /// - Throws: What the body throws; ``DatabaseError`` if nothing could be listened to at first; `CancellationError`.
    public func withNotifications<Result>(
        on channels: [String],
        file: String = #fileID,
        line: Int = #line,
        _ body: (PostgresNotifications) async throws -> Result
    ) async throws -> Result {
        let buffer = NotificationBuffer()
        let beginning = Answer<Swift.Result<Void, any Error>>()
        let place = LeasePlace(file: file, line: line)
        let listener = Task { await listen(to: channels, buffer, beginning, place) }
        let outcome: Swift.Result<Result, any Error>
        do {
            try await withTaskCancellationHandler {
                await beginning.wait()
            } onCancel: {
                listener.cancel()
            }.get()
            outcome = .success(try await body(PostgresNotifications(buffer)))
        } catch {
            outcome = .failure(error)
        }
        listener.cancel()
        buffer.end()
        await listener.value
        return try outcome.get()
    }

    private func listen(
        to channels: [String],
        _ buffer: NotificationBuffer,
        _ beginning: Answer<Swift.Result<Void, any Error>>,
        _ place: LeasePlace
    ) async {
        var hasBegun = false
        var failures = 0
        while true {
            do {
                try await withLease(until: nil, file: place.file, line: place.line) { connection in
                    try await listen(to: channels, on: connection, buffer) {
                        if hasBegun {
                            buffer.addGap()
                        } else {
                            beginning.give(.success(()))
                        }
                        hasBegun = true
                        failures = 0
                    }
                }
            } catch {
                guard hasBegun else {
                    beginning.give(.failure(error))
                    return
                }
            }
            failures += 1
            let wait = configuration.pool.options.reconnection.wait(
                afterFailures: failures,
                chance: .random(in: 0...1)
            )
            do {
                try await Task.sleep(for: wait)
            } catch {
                return
            }
        }
    }

    /// Listens until the connection is lost or the task is cancelled.
    private func listen(
        to channels: [String],
        on connection: PostgresConnection,
        _ buffer: NotificationBuffer,
        _ begun: () -> Void
    ) async throws {
        let (lifetime, end) = AsyncStream.makeStream(of: Void.self)
        // Whoever gets the connection next must not hear anything.
        connection.status.setSoiled(true)
        connection.status.listener = { notification in
            if let notification {
                buffer.add(notification)
            } else {
                end.finish()
            }
        }
        defer { connection.status.listener = nil }
        for channel in channels {
            _ = try await connection.run("LISTEN \(identifier: channel)")
        }
        begun()
        for await _ in lifetime {}
    }
}
