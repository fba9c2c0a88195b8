// SPDX-License-Identifier: Apache-2.0

import R3MESCache

/// How users and keys are written in Redis.
///
/// Types of their own, so that what other instances read changes only when it is meant to.
private struct StoredUser: Codable {
    var wallet: WalletAddress
    var credits: Int64
    var isMiner: Bool
    var createdAt: Int64
    var updatedAt: Int64
    var lastMiningAt: Int64?
    var metadata: Metadata
}

private struct StoredKey: Codable {
    var id: String
    var wallet: WalletAddress?
    var name: String
    var prefix: String
    var digest: [UInt8]
    var scopes: UInt8
    var createdAt: Int64
    var expiresAt: Int64?
    var revokedAt: Int64?
}

extension CacheCodec<User> {
    static var users: CacheCodec {
        let json = CacheCodec<StoredUser>.json
        return CacheCodec(
            encode: { user in
                try json.encode(
                    StoredUser(
                        wallet: user.wallet,
                        credits: user.credits.millionths,
                        isMiner: user.isMiner,
                        createdAt: user.createdAt.microseconds,
                        updatedAt: user.updatedAt.microseconds,
                        lastMiningAt: user.lastMiningAt?.microseconds,
                        metadata: user.metadata
                    )
                )
            },
            decode: { bytes in
                let stored = try json.decode(bytes)
                return User(
                    wallet: stored.wallet,
                    credits: Credits(millionths: stored.credits),
                    isMiner: stored.isMiner,
                    createdAt: Timestamp(microseconds: stored.createdAt),
                    updatedAt: Timestamp(microseconds: stored.updatedAt),
                    lastMiningAt: stored.lastMiningAt.map(Timestamp.init(microseconds:)),
                    metadata: stored.metadata
                )
            }
        )
    }
}

extension CacheCodec<APIKey.Record> {
    static var keys: CacheCodec {
        let json = CacheCodec<StoredKey>.json
        return CacheCodec(
            encode: { record in
                try json.encode(
                    StoredKey(
                        id: record.id,
                        wallet: record.wallet,
                        name: record.name,
                        prefix: record.prefix,
                        digest: record.digest.bytes,
                        scopes: record.scopes.rawValue,
                        createdAt: record.createdAt.microseconds,
                        expiresAt: record.expiresAt?.microseconds,
                        revokedAt: record.revokedAt?.microseconds
                    )
                )
            },
            decode: { bytes in
                let stored = try json.decode(bytes)
                guard let digest = APIKey.Digest(bytes: stored.digest) else {
                    throw CacheError(.unexpectedReply, "a stored digest has another length")
                }
                return APIKey.Record(
                    id: stored.id,
                    wallet: stored.wallet,
                    name: stored.name,
                    prefix: stored.prefix,
                    digest: digest,
                    scopes: APIKey.Scopes(rawValue: stored.scopes),
                    createdAt: Timestamp(microseconds: stored.createdAt),
                    expiresAt: stored.expiresAt.map(Timestamp.init(microseconds:)),
                    revokedAt: stored.revokedAt.map(Timestamp.init(microseconds:))
                )
            }
        )
    }
}
