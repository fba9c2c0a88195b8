// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import HTTPTypes
import Harness
import NIOCore
import R3MESNetwork

extension Comparison {
    /// `ResilientClient` with its default policies beside the client that it is built on, and beside those of others,
    /// all against one server in a process of its own.
    static func httpCalls(to upstream: String, client: ResilientClient, bare: HTTPClient) -> [Comparison] {
        [
            httpCalls("GET, one after the other", to: upstream, callers: 1, client, bare),
            httpCalls("GET, 10 at once", to: upstream, callers: 10, client, bare),
            retries(),
        ]
    }

    private static func httpCalls(
        _ title: String,
        to upstream: String,
        callers: Int,
        _ client: ResilientClient,
        _ bare: HTTPClient
    ) -> Comparison {
        let url = upstream + "/now"
        return Comparison(
            title,
            (
                "ResilientClient",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time, tasks: callers) { count in
                        for _ in 0..<count {
                            let answer = try await client.execute(ClientRequest(.get, url))
                            Sink.take(UInt(answer.body.readableBytes))
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            (
                "AsyncHTTPClient alone",
                .here { time in
                    let value = try await nanosecondsPerOperation(for: time, tasks: callers) { count in
                        for _ in 0..<count {
                            let answer = try await bare.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
                            Sink.take(UInt(try await answer.body.collect(upTo: 1 << 20).readableBytes))
                        }
                    }
                    return Measurement(value: value)
                }
            ),
            ("Go net/http", .go("http", argument: "\(url) \(callers)")),
            ("httpx", .python("http", argument: "\(url) \(callers)")),
            ("httpx with tenacity", .python("http-tenacity", argument: "\(url) \(callers)"))
        )
    }

    /// What the wrapper alone costs there; ours has no wrapper that could be had without its client.
    private static func retries() -> Comparison {
        Comparison("for reference: retry around nothing", ("tenacity", .python("retry")))
    }
}
