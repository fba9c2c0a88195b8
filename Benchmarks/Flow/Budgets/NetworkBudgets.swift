// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Harness
import NIOSSL
import R3MESNetwork
import Upstream

/// Budgets 18 and 19: connections are used again, and timeouts free all they held.
enum NetworkBudgets {
    static func run(upstream: String, timers: [TimerPrecision.Outcome]) async throws -> [Budget] {
        try await [tenAtOnce(upstream), http2(), timeout(timers), freedAtOnce()]
    }

    private static func tenAtOnce(_ upstream: String) async throws -> Budget {
        let client = try ResilientClient(logger: .silent)
        var times: [Double] = []
        for _ in 0..<300 {
            let start = ContinuousClock.now
            try await askTenTimes(client, upstream + "/now")
            times.append(start.duration(to: .now).milliseconds)
        }
        let opened = client.statistics.connectionsOpened
        await client.shutdown()
        let time = Quantiles(Array(times.dropFirst(20)))
        return Budget(
            number: 18,
            name: "10 requests at once, warm",
            aim: "< 5 ms, every connection used again",
            figure: "p50 \(Figure.plain(time.at(0.5))) ms, p99 \(Figure.plain(time.at(0.99))) ms; "
                + "\(opened) connections for 3,000 requests",
            isReached: time.at(0.99) < 5 && opened <= 10
        )
    }

    private static func http2() async throws -> Budget {
        try await FaultyUpstream.run(tls: true) { server in
            var configuration = ResilientClient.Configuration()
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates([
                try NIOSSLCertificate(bytes: Array(FaultyUpstream.certificate.utf8), format: .pem)
            ])
            configuration.tls = tls
            let client = try ResilientClient(configuration, logger: .silent)
            for _ in 0..<100 {
                try await askTenTimes(client, server.url)
            }
            let statistics = client.statistics
            await client.shutdown()
            return Budget(
                number: 18,
                name: "HTTP/2 where the peer speaks it",
                aim: "1 connection",
                figure: "\(statistics.connectionsHTTP2) of \(statistics.connectionsOpened) for 1,000 requests",
                isReached: statistics.connectionsHTTP2 == 1 && statistics.connectionsOpened == 1
            )
        }
    }

    private static func askTenTimes(_ client: ResilientClient, _ url: String) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 {
                group.addTask {
                    guard try await client.execute(ClientRequest(.get, url)).status == .ok else {
                        throw WrongAnswer("the server did not answer as it should")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func timeout(_ timers: [TimerPrecision.Outcome]) -> Budget {
        let late = Quantiles(timers.first { $0.milliseconds == 1_000 }?.samples ?? [])
        return Budget(
            number: 19,
            name: "timeout of 1 s strikes",
            aim: "within 5 ms",
            figure:
                "late by p99 \(Figure.plain(late.at(0.99) / 1e3)) ms, at most \(Figure.plain(late.maximum / 1e3)) ms",
            isReached: late.count > 0 && late.at(0.99) < 5_000
        )
    }

    /// When the caller of a server that says nothing is back, and when the server sees that the socket is closed.
    private static func freedAtOnce() async throws -> Budget {
        try await FaultyUpstream.run({ _, _ in .never }) { server in
            var configuration = ResilientClient.Configuration()
            configuration.timeouts.total = .seconds(1)
            configuration.retry = .never
            let client = try ResilientClient(configuration, logger: .silent)
            let start = ContinuousClock.now
            _ = try? await client.execute(ClientRequest(.get, server.url))
            let back = start.duration(to: .now) - .seconds(1)
            await server.wait { $0.openConnections == 0 }
            let closed = start.duration(to: .now) - .seconds(1)
            await client.shutdown()
            return Budget(
                number: 19,
                name: "caller and socket after a timeout of 1 s",
                aim: "free at once",
                figure: "caller after \(Figure.nanoseconds(back.nanoseconds)), "
                    + "socket after \(Figure.nanoseconds(closed.nanoseconds))",
                isReached: back < .milliseconds(5) && closed < .milliseconds(10)
            )
        }
    }
}
