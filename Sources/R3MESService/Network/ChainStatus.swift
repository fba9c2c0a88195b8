// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Logging
import NIOCore
import R3MESNetwork
import ServiceLifecycle

/// What the configured upstream says of the chain: as of now, or the last that it said, or nothing.
struct ChainStatus: Sendable {
    enum State: String, Sendable {
        /// The upstream answered this request.
        case current
        /// The upstream failed; this is its last good answer.
        case stale
        /// The upstream failed and has not answered for an hour, if ever.
        case unavailable
    }

    var state: State
    /// How old the answer is.
    var age: Duration
    /// The upstream's own JSON object; nil when there is none.
    var status: JSONValue?
}

/// Asks the chain for its status: pooled, repeated within the time that there is, circuit-broken, and never an error.
struct ChainClient: Service {
    /// The longest answer that is read.
    static let maximumResponseBytes = 64 * 1024

    private let client: ResilientClient
    private let url: String
    private let logger: Logger

    /// Makes a client, or nil when no upstream is configured.
    init?(_ settings: ServiceConfiguration.Chain, logger: Logger) throws {
        guard !settings.url.isEmpty else { return nil }
        var configuration = ResilientClient.Configuration()
        configuration.name = "chain"
        configuration.timeouts.total = settings.timeout
        configuration.maximumResponseBytes = Self.maximumResponseBytes
        configuration.staleIfError = StaleIfErrorPolicy()
        client = try ResilientClient(configuration, logger: logger)
        url = settings.url
        self.logger = logger
    }

    func run() async throws {
        try await client.run()
    }

    /// The status, within the configured timeout.
    ///
    /// - Throws: `CancellationError` only.
    func status() async throws -> ChainStatus {
        do {
            let answer = try await client.execute(ClientRequest(.get, url))
            guard answer.status == .ok else { return unavailable("status \(answer.status.code)") }
            let value = try JSONValue(json: answer.body.readableBytesView)
            guard case .object = value else { return unavailable("the answer is no JSON object") }
            switch answer.source {
            case .server: return ChainStatus(state: .current, age: .zero, status: value)
            case .stale(let age): return ChainStatus(state: .stale, age: age, status: value)
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return unavailable("\(error)")
        }
    }

    private func unavailable(_ reason: String) -> ChainStatus {
        logger.warning("the chain's status is unavailable", metadata: ["reason": .string(reason)])
        return ChainStatus(state: .unavailable, age: .zero, status: nil)
    }
}
