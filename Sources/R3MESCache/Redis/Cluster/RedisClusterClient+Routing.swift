// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESConcurrency
import Synchronization

extension RedisClusterClient {
    /// The answer to a part, which may be an error, from whichever node it takes.
    ///
    /// - Parameter end: Until when, if the caller's deadline is not before.
    func execute(_ part: CommandSplit.Part, until end: ContinuousClock.Instant) async throws -> RESPValue {
        var retries = ClusterRetries(maximum: configuration.maximumRedirections)
        var node = try await endpoint(for: part.slot)
        var isAsking = false
        while true {
            let left = ContinuousClock.now.duration(to: end)
            let remaining = min(left, Deadline.remaining ?? left)
            guard remaining > .zero else { throw CacheError(.deadlineExceeded, "the cluster did not answer in time") }
            let result = try await attempt(part.command, on: node, isAsking: isAsking, within: remaining)
            guard let redirection = redirection(of: result, from: node) else { return try result.get() }
            isAsking = false
            var generator = SystemRandomNumberGenerator()
            switch retries.next(after: redirection, using: &generator) {
            case .giveUp:
                return try result.get()
            case .send(let target):
                note(redirection)
                node = target
            case .ask(let target):
                node = target
                isAsking = true
            case .wait(let delay):
                try await Task.sleep(for: min(delay, remaining))
                let old = node
                try await refresh(avoiding: redirection == .unreachable ? old : nil)
                node = try await endpoint(for: part.slot)
                // A node that is away and still has the slot: nothing is gained by asking it again.
                if redirection == .unreachable, node == old, !isClosedByTopology(result) { return try result.get() }
            }
        }
    }

    /// Until when what is asked now is answered.
    var timeLimit: ContinuousClock.Instant { .now.advanced(by: configuration.node.commandTimeout) }

    /// Answers to several parts, each node's sent together.
    func executeTogether(_ parts: [CommandSplit.Part]) async throws -> [RESPValue] {
        guard !parts.isEmpty else { return [] }
        var groups: [RedisClient.Endpoint: [Int]] = [:]
        let keyless = try await endpoint(for: nil)
        for (index, part) in parts.enumerated() {
            let node = if let slot = part.slot { try await endpoint(for: slot) } else { keyless }
            groups[node, default: []].append(index)
        }
        let end = timeLimit
        return try await withThrowingTaskGroup { group in
            for (node, indices) in groups {
                group.addTask {
                    try await (indices, self.executeTogether(indices.map { parts[$0] }, on: node, until: end))
                }
            }
            var answers = [RESPValue](repeating: .null, count: parts.count)
            for try await (indices, values) in group {
                for (index, value) in zip(indices, values) { answers[index] = value }
            }
            return answers
        }
    }

    private func executeTogether(
        _ parts: [CommandSplit.Part],
        on node: RedisClient.Endpoint,
        until end: ContinuousClock.Instant
    ) async throws -> [RESPValue] {
        var answers: [RESPValue?]
        do {
            answers = try await client(for: node).ask(parts.map(\.command), timeout: configuration.node.commandTimeout)
        } catch let error as CacheError where isUnsent(error) {
            answers = Array(repeating: nil, count: parts.count)
        } catch let error as CacheError where error.code == .connectionLost {
            refreshLater(avoiding: node)
            throw error
        }
        // What is refused goes on by itself, one after another: so commands of one key keep their order.
        for (index, part) in parts.enumerated() {
            if case .error(let error)? = answers[index] {
                guard let redirection = ClusterRedirection(error, from: node) else { continue }
                note(redirection)
            } else if answers[index] != nil {
                continue
            }
            answers[index] = try await execute(part, until: end)
        }
        return answers.compactMap { $0 }
    }

    /// The answer of one node, or that the command could not be sent.
    private func attempt(
        _ command: RedisCommand,
        on node: RedisClient.Endpoint,
        isAsking: Bool,
        within timeout: Duration
    ) async throws -> Result<RESPValue, CacheError> {
        do {
            let commands = isAsking ? [RedisCommand("ASKING", room: 0), command] : [command]
            let answers = try await client(for: node).ask(commands, timeout: timeout)
            guard let answer = answers.last, answers.count == commands.count else {
                throw CacheError(.unexpectedReply, "an answer is missing")
            }
            return .success(answer)
        } catch let error as CacheError where isUnsent(error) {
            return .failure(error)
        } catch let error as CacheError where error.code == .connectionLost {
            refreshLater(avoiding: node)
            throw error
        }
    }

    private func redirection(
        of result: Result<RESPValue, CacheError>,
        from node: RedisClient.Endpoint
    ) -> ClusterRedirection? {
        switch result {
        case .failure: .unreachable
        case .success(.error(let error)): ClusterRedirection(error, from: node)
        case .success: nil
        }
    }

    /// Whether a node's client refused because its node left the cluster, which has come back since.
    private func isClosedByTopology(_ result: Result<RESPValue, CacheError>) -> Bool {
        if case .failure(let error) = result { error.code == .closed } else { false }
    }

    /// Whether the command has not been sent, and this client is not what ended.
    private func isUnsent(_ error: CacheError) -> Bool {
        error.code == .unavailable || error.code == .closed && !state.withLock { $0.isClosed }
    }
}

extension RedisClient {
    /// Answers to commands sent together, errors among them.
    func ask(_ commands: [RedisCommand], timeout: Duration) async throws -> [RESPValue] {
        let pending = try makePending(commands, timeout: timeout)
        do {
            let answer = try await pending.answer { nextConnection().submit(pending) }
            metrics.succeed(since: pending.start)
            return commands.count == 1 ? [answer] : answer.elements ?? []
        } catch {
            metrics.fail(error)
            throw error
        }
    }
}
