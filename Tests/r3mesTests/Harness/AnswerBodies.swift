// SPDX-License-Identifier: Apache-2.0

import R3MESService

// The bodies of the API's answers, as a client would declare them.

struct UserBody: Decodable, Hashable {
    let walletAddress: String
    let credits: String
    let isMiner: Bool
    let createdAt: String
    let updatedAt: String
    let lastMiningAt: String?
    let metadata: [String: JSONValue]
}

struct TransactionBody: Decodable, Hashable {
    let id: Int64
    let walletAddress: String
    let amount: String
    let balanceAfter: String
    let kind: String
    let counterparty: String?
    let transferId: String?
    let reason: String?
    let createdAt: String
}

struct CreditsBody: Decodable {
    let transaction: TransactionBody
    let credits: String
}

struct TransferBody: Decodable {
    let transferId: String
    let from: String
    let to: String
    let amount: String
    let createdAt: String
    let transactions: [TransactionBody]
}

struct KeyBody: Decodable {
    let id: String
    let walletAddress: String?
    let name: String
    let prefix: String
    let scopes: [String]
    let createdAt: String
    let expiresAt: String?
    let revokedAt: String?
    let secret: String?
}

struct PageBody<Item: Decodable>: Decodable {
    let items: [Item]
    let nextCursor: String?
    let hasMore: Bool
}

struct LookupBody: Decodable {
    let items: [UserBody?]
}

struct HealthBody: Decodable {
    let status: String
    let reason: String?
}

struct ProblemBody: Decodable {
    struct FieldError: Decodable, Hashable {
        let field: String
        let reason: String
    }

    let type: String
    let title: String
    let status: Int
    let detail: String
    let instance: String
    let code: String
    let requestId: String
    let errors: [FieldError]?
}

/// What `r3mes audit --json` prints.
struct AuditBody: Decodable {
    let exact: Bool
    let users: Int
    let entries: Int
    let credits: String
}
