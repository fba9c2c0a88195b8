// SPDX-License-Identifier: Apache-2.0

import R3MESService
import Testing

/// A user as a file for `r3mes import` has it.
struct UserFixture: Encodable, Sendable {
    let walletAddress: String
    let credits: String
    let isMiner: Bool
    let createdAt: String

    enum CodingKeys: String, CodingKey {
        case walletAddress = "wallet_address"
        case credits
        case isMiner = "is_miner"
        case createdAt = "created_at"
    }

    /// Users of whom many have the same time and the same balance, so that pages must end between equals.
    static func crowd(_ count: Int) throws -> [UserFixture] {
        try (0..<count).map { number in
            UserFixture(
                walletAddress: try WalletAddress.numbered(number).description,
                credits: String(number % 4),
                isMiner: number.isMultiple(of: 3),
                createdAt: "2026-01-0\(1 + number % 5)T00:00:00.000000Z"
            )
        }
    }

    /// Imports users into a folder's database.
    static func write(_ users: [UserFixture], into folder: TemporaryFolder) async throws {
        let lines = try users.map { try JSON.encode($0) }
        let file = try folder.write("users.ndjson", lines.joined(separator: "\n"))
        try await Command.run("import", file, in: folder).expectGood()
    }
}
