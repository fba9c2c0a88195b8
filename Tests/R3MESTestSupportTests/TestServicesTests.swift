// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import R3MESTestSupport
import Testing

@Suite("The servers that tests run against")
struct TestServicesTests {
    @Test(
        "PostgreSQL answers a start-up packet",
        .enabled(if: TestServices.postgres.shouldRun, .init(rawValue: TestServices.postgres.reason))
    )
    func postgresAnswers() async throws {
        // SSLRequest: length 8, code 80877103. A server without TLS answers with the one byte "N".
        let answer = try await exchange(with: TestServices.postgres, [0, 0, 0, 8, 4, 210, 22, 47])
        #expect(answer == "N")
    }

    @Test(
        "Redis answers PING",
        .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
    )
    func redisAnswers() async throws {
        let answer = try await exchange(with: TestServices.redis, Array("PING\r\n".utf8))
        #expect(answer == "+PONG\r\n")
    }

    private func exchange(with service: TestServices.Service, _ bytes: [UInt8]) async throws -> String {
        let url = try #require(service.url, "\(service.reason)")
        let address = try #require(url.split(separator: "/").dropFirst().first?.split(separator: "@").last)
        let parts = address.split(separator: ":")
        let port = try #require(parts.last.flatMap { Int($0) })
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: String(try #require(parts.first)), port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            for try await buffer in inbound {
                return String(buffer: buffer)
            }
            return ""
        }
    }
}
