// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESCache
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("What is written in Redis")
struct CachedRecordTests {
    @Test("users come back as they were")
    func users() async throws {
        let codec = CacheCodec<User>.users
        await forAll(cases: 200) { generator in
            let user = try generator.user()
            let found = try codec.decode(codec.encode(user))
            try hold(found == user, "\(user) came back as \(found)")
        }
    }

    @Test("keys come back as they were")
    func keys() throws {
        let codec = CacheCodec<APIKey.Record>.keys
        var generator = SeededGenerator()
        let wallet = try generator.wallet()
        for (owner, expiry, revoked) in [
            (nil, nil, nil), (wallet, Timestamp.max, nil), (wallet, Timestamp(microseconds: 5), Timestamp.epoch),
        ] {
            var record = try APIKey.issue(name: "a \"key\"", scopes: .write, wallet: owner, at: .now(), expiresAt: nil)
                .record
            record = APIKey.Record(
                id: record.id,
                wallet: owner,
                name: record.name,
                prefix: record.prefix,
                digest: record.digest,
                scopes: record.scopes,
                createdAt: record.createdAt,
                expiresAt: expiry,
                revokedAt: revoked
            )
            #expect(try codec.decode(codec.encode(record)) == record)
        }
    }

    @Test("what cannot be read is an error, which is a miss", arguments: ["", "{}", "null", #"{"wallet":"x"}"#])
    func damaged(text: String) {
        #expect(throws: (any Error).self) { try CacheCodec<User>.users.decode(ByteBuffer(string: text)) }
        #expect(throws: (any Error).self) { try CacheCodec<APIKey.Record>.keys.decode(ByteBuffer(string: text)) }
    }
}
