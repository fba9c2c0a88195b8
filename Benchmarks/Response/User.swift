// SPDX-License-Identifier: Apache-2.0

import R3MESResponse

/// A user as the service answers with it.
struct User: Encodable, Sendable {
    struct Metadata: Encodable, Sendable {
        let team: String
        let rigs: Int
    }

    let walletAddress: String
    let credits: String
    let isMiner: Bool
    let createdAt: String
    let updatedAt: String
    let lastMiningAt: String?
    let metadata: Metadata

    /// The moments as numbers, which the writer makes into texts itself.
    let moments: [Int64?]

    enum CodingKeys: String, CodingKey {
        case walletAddress = "wallet_address"
        case credits
        case isMiner = "is_miner"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case lastMiningAt = "last_mining_at"
        case metadata
    }

    /// Made up, the same in every run: addresses and microseconds at random, as real ones are.
    static func page(of count: Int) -> [User] {
        var state: UInt64 = 7
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        let letters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
        return (0..<count).map { _ in
            let address = "remes1" + String((0..<38).map { _ in letters[Int(random(32))] })
            let created = 1_767_225_600_000_000 + Int64(random(31_536_000)) * 1_000_000 + Int64(random(1_000_000))
            let updated = created + Int64(random(864_000)) * 1_000_000 + Int64(random(1_000_000))
            let mined = random(3) == 0 ? updated - Int64(random(3600)) * 1_000_000 : nil
            return User(
                walletAddress: address,
                credits: "\(random(10_000)).\(1 + random(9))",
                isMiner: mined != nil,
                createdAt: text(created),
                updatedAt: text(updated),
                lastMiningAt: mined.map(text),
                metadata: Metadata(team: ["blue", "red", "green \"moss\""][Int(random(3))], rigs: Int(random(20))),
                moments: [created, updated, mined]
            )
        }
    }

    private static func text(_ moment: Int64) -> String {
        var json = JSONWriter()
        json.dateTime(microsecondsSinceEpoch: moment)
        return String(json.text.dropFirst().dropLast())
    }
}

extension JSONWriter {
    mutating func user(_ user: User) {
        object { json in
            json.member("wallet_address", plain: user.walletAddress)
            json.member("credits", plain: user.credits)
            json.member("is_miner", user.isMiner)
            json.member("created_at", microsecondsSinceEpoch: user.moments[0])
            json.member("updated_at", microsecondsSinceEpoch: user.moments[1])
            json.member("last_mining_at", microsecondsSinceEpoch: user.moments[2])
            json.member("metadata") { json in
                json.object { json in
                    json.member("team", user.metadata.team)
                    json.member("rigs", user.metadata.rigs)
                }
            }
        }
    }

    mutating func page(_ users: [User]) {
        array(users) { json, user in json.user(user) }
    }
}
