// SPDX-License-Identifier: Apache-2.0

import Harness
import Synchronization
import Upstream

/// The server that all HTTP clients are measured against, in a process of its own.
enum UpstreamServer {
    /// Serves until standard input ends; the first line of standard output is its URL.
    static func run() async throws {
        let generator = Mutex(SeededGenerator(seed: 42))
        let body = String(repeating: "x", count: 200)
        let server = try await FaultyUpstream { _, request in
            switch request.path {
            case "/wait":
                return .delayed(.milliseconds(20), .answer(body: body))
            case "/tail":
                let isSlow = generator.withLock { Double.random(in: 0..<1, using: &$0) } < HedgingExperiment.slowShare
                let delay = isSlow ? HedgingExperiment.slowDelay : HedgingExperiment.usualDelay
                return .delayed(delay, .answer(body: body))
            default:
                return .answer(body: body)
            }
        }
        Console.print(server.url)
        while readLine() != nil {}
        await server.stop()
    }
}
