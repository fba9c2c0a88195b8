// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import R3MESTestSupport
import Testing

/// The service as a process of its own, with its data in a folder of the test.
struct RunningService: Sendable {
    let folder: TemporaryFolder
    let process: ChildProcess
    /// `http://127.0.0.1:PORT`.
    let url: String
    let port: Int
    /// The key that the first start on an empty database prints.
    let adminKey: String?
    let client: HTTPClient

    /// Starts the service, waits until it listens, runs a closure, and ends the service as an operator would.
    ///
    /// The test fails if the service does not end well, unless the closure ended it already.
    ///
    /// - Parameters:
    ///   - arguments: More arguments of `r3mes serve`.
    ///   - settings: Environment variables without their `R3MES_`.
    @discardableResult
    static func with<Result>(
        _ arguments: [String] = [],
        in folder: TemporaryFolder,
        settings: [String: String] = [:],
        _ body: (RunningService) async throws -> Result
    ) async throws -> Result {
        try await ProcessGate.shared.pass {
            let process = try ChildProcess(
                ServiceExecutable.path(),
                ["serve", "--port", "0", "--database", folder.databaseURL] + arguments,
                environment: Dictionary(uniqueKeysWithValues: settings.map { ("R3MES_\($0.key)", $0.value) })
            )
            do {
                let result = try await HTTPClient.with { client in
                    try await body(started(process, in: folder, client: client))
                }
                process.send(SIGTERM)
                let end = await process.waitForEnd()
                #expect([.exited(0), .signalled(SIGKILL)].contains(end), "\(process.standardError.text)")
                return result
            } catch {
                process.send(SIGKILL)
                _ = await process.waitForEnd()
                Issue.record("The service wrote:\n\(await process.standardError.whole())")
                throw error
            }
        }
    }

    /// Starts the service in a new folder: see ``with(_:in:settings:_:)``.
    @discardableResult
    static func with<Result>(
        settings: [String: String] = [:],
        _ body: (RunningService) async throws -> Result
    ) async throws -> Result {
        try await TemporaryFolder.with { folder in
            try await with(in: folder, settings: settings, body)
        }
    }

    /// Waits for the banner and reads from it.
    private static func started(
        _ process: ChildProcess,
        in folder: TemporaryFolder,
        client: HTTPClient
    ) async throws -> RunningService {
        let isListening = await process.standardOutput.wait { $0.contains("/health/ready\n") }
        let banner = process.standardOutput.text
        let first = banner.prefix { $0 != "\n" }
        guard
            isListening,
            let url = first.split(separator: " ").last.map(String.init), url.hasPrefix("http://"),
            let port = url.split(separator: ":").last.flatMap({ Int($0) })
        else {
            throw HarnessError("The service did not start. It wrote: \(banner)")
        }
        let keyLine = banner.split(separator: "\n").first { $0.hasPrefix("Admin key") }
        return RunningService(
            folder: folder,
            process: process,
            url: url,
            port: port,
            adminKey: keyLine?.split(separator: " ").last.map(String.init),
            client: client
        )
    }

    /// Ends the service by a signal and waits for its end.
    @discardableResult
    func end(by signal: Int32) async -> ChildProcess.End {
        process.send(signal)
        return await process.waitForEnd()
    }

    /// Requests without a key.
    var anonymous: HTTPSession {
        HTTPSession(client: client, url: url, key: nil)
    }

    /// Requests with the key that the first start printed.
    var admin: HTTPSession {
        get throws {
            try session(key: #require(adminKey, "This start printed no admin key."))
        }
    }

    /// Requests with a key.
    func session(key: String) -> HTTPSession {
        HTTPSession(client: client, url: url, key: key)
    }
}

extension HTTPClient {
    /// Runs a closure with a client of its own, which is shut down afterwards in any case.
    fileprivate static func with<Result>(_ body: (HTTPClient) async throws -> Result) async throws -> Result {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(30))
        )
        // A request that is sent twice in secret would hide what these tests look for.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }
}
