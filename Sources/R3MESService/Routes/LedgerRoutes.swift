// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import R3MESResponse

/// Everything that moves credits, and the ledger that tells of it.
struct LedgerRoutes: Sendable {
    let storage: Storage
    let writes: IdempotentWrites
    let cursors: PageCursor
    let limits: ServiceConfiguration.Limits

    func add(to endpoints: inout Endpoints) {
        endpoints.add(.post, "/v1/users/{wallet}/credits", change)
        endpoints.add(.get, "/v1/users/{wallet}/transactions", list)
        endpoints.add(.post, "/v1/transfers", transfer)
    }

    @Sendable
    private func change(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try context.principal.requireAdmin()
        let wallet = try context.wallet()
        try QueryFields(request).finish()
        let body = try await request.jsonBody(limit: limits.bodySize.bytes)
        var fields = try ObjectFields(body)
        let (amount, reason) = (fields.credits("amount"), fields.text("reason"))
        let change = try fields.checked(amount, reason) { amount, reason throws(ServiceError) in
            try CreditChange(amount: amount, reason: reason)
        }

        return try await writes.perform(request, context, body: body, forgetting: [.user(wallet)]) { db in
            let entry = try await LedgerTable.apply(change, to: wallet, at: .now(), in: db)
            var json = JSONWriter()
            json.object { json in
                json.member("transaction") { $0.ledgerEntry(entry) }
                json.member("credits", plain: entry.posting.balanceAfter)
            }
            return Answer(status: 201, body: json.buffer)
        }
    }

    @Sendable
    private func transfer(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try context.principal.require(.write)
        try QueryFields(request).finish()
        let body = try await request.jsonBody(limit: limits.bodySize.bytes)
        var fields = try ObjectFields(body)
        let (from, to, amount) = (fields.wallet("from"), fields.wallet("to"), fields.credits("amount"))
        let transfer = try fields.checked(from, to, amount) { from, to, amount throws(ServiceError) in
            try Transfer(from: from, to: to, amount: amount)
        }
        try context.principal.require(.write, of: transfer.sender)

        let wallets: [ServiceCache.Entry] = [.user(transfer.sender), .user(transfer.receiver)]
        return try await writes.perform(request, context, body: body, forgetting: wallets) { db in
            let (sent, received) = try await LedgerTable.apply(transfer, at: .now(), in: db)
            var json = JSONWriter()
            json.object { json in
                json.member("transfer_id", plain: sent.posting.transferID)
                json.member("from", plain: transfer.sender)
                json.member("to", plain: transfer.receiver)
                json.member("amount", plain: transfer.amount)
                json.member("created_at", sent.createdAt)
                json.member("transactions") { json in
                    json.array([sent, received]) { json, entry in json.ledgerEntry(entry) }
                }
            }
            return Answer(status: 201, body: json.buffer)
        }
    }

    @Sendable
    private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let wallet = try context.wallet()
        try context.principal.require(.read, of: wallet)
        var fields = QueryFields(request)
        let page = PageRequest(&fields, maximum: limits.pageSize)
        try fields.finish()

        let list = "transactions|\(wallet)"
        let before = try page.cursor.map { cursor in
            guard let id = Int64(bigEndianBytes: try cursors.decode(cursor, in: list)) else {
                throw ServiceError(.cursorInvalid)
            }
            return id
        }
        let entries = try await storage.transactions(of: wallet, before: before, limit: page.limit)
        let cursor = entries.next.map { cursors.encode($0.bigEndianBytes, in: list) }
        return .json(headers: request.nextLink(cursor: cursor), capacity: 384 * (entries.items.count + 1)) { json in
            json.page(entries.items, nextCursor: cursor) { json, entry in json.ledgerEntry(entry) }
        }
    }
}
