// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Harness
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import R3MESResponse

extension Comparison {
    /// What it costs to pack a page of 100 users in each coding, through the middleware, idle and busy.
    static func compression(load: Double) throws -> Comparison {
        var json = JSONWriter()
        json.page(User.page(of: 100))
        let page = json.buffer
        let contestants = try ContentCoding.allCases.map { coding -> (name: String, runner: Runner) in
            var configuration = CompressionMiddleware<BasicRequestContext>.Configuration()
            configuration.load = { load }
            return ("\(coding)", measure(page, coding, try CompressionMiddleware(configuration: configuration)))
        }
        return Comparison("page of 100 users packed, \(load == 0 ? "idle" : "busy")", contestants)
    }

    private static func measure(
        _ page: ByteBuffer,
        _ coding: ContentCoding,
        _ middleware: CompressionMiddleware<BasicRequestContext>
    ) -> Runner {
        let head = HTTPRequest(
            method: .get,
            scheme: "http",
            authority: "here",
            path: "/users",
            headerFields: [.acceptEncoding: "\(coding)"]
        )
        @Sendable @concurrent func pack() async throws -> Int {
            let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "benchmark"))
            let response = try await middleware.handle(
                Request(head: head, body: RequestBody(buffer: ByteBuffer())),
                context: BasicRequestContext(source: source)
            ) { _, _ in
                Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: page))
            }
            return response.body.contentLength ?? 0
        }
        return .here { time in
            let value = try await nanosecondsPerOperation(for: time) { count in
                for _ in 0..<count { Sink.take(UInt(try await pack())) }
            }
            let size = try await pack()
            let saved = 100 * (1 - Double(size) / Double(page.readableBytes))
            return Harness.Measurement(
                value: value,
                notes: ["% smaller": saved, "MB/s": Double(page.readableBytes) / value * 1000, "bytes": Double(size)]
            )
        }
    }
}
