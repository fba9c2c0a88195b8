// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import R3MESResponse

/// `/v1/users`: one user, pages of users, look-up, registration.
struct UserRoutes: Sendable {
    /// How many wallets one look-up may name.
    static let maximumLookup = 1000

    let storage: Storage
    let writes: IdempotentWrites
    let cursors: PageCursor
    let access: AccessRules
    let limits: ServiceConfiguration.Limits

    func add(to endpoints: inout Endpoints) {
        endpoints.add(.get, "/v1/users", list)
        endpoints.add(.post, "/v1/users", register)
        endpoints.add(.post, "/v1/users/lookup", lookup)
        endpoints.add(.get, "/v1/users/{wallet}", show)
    }

    @Sendable
    private func show(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try access.requireRead(context.principal)
        let wallet = try context.wallet()
        try QueryFields(request).finish()
        guard let user = try await storage.user(wallet) else {
            throw ServiceError(.userNotFound)
        }
        return .json { $0.user(user) }
    }

    @Sendable
    private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try access.requireRead(context.principal)
        var fields = QueryFields(request)
        let page = PageRequest(&fields, maximum: limits.pageSize)
        var query = UserQuery()
        if let (key, isDescending) = fields.choice("sort", of: Self.sorts) {
            query.key = key
            query.isDescending = isDescending
        }
        query.isMiner = fields.boolean("is_miner")
        query.minimumCredits = fields.credits("min_credits")
        query.createdAfter = fields.timestamp("created_after")
        try fields.finish()

        let position = try page.cursor.map { cursor in
            try UserQuery.Position(bytes: cursors.decode(cursor, in: query.listName), key: query.key)
        }
        let users = try await storage.users(query, after: position, limit: page.limit)
        let cursor = users.next.map { cursors.encode($0.bytes, in: query.listName) }
        return .json(headers: request.nextLink(cursor: cursor), capacity: 256 * (users.items.count + 1)) { json in
            json.page(users.items, nextCursor: cursor) { json, user in json.user(user) }
        }
    }

    private static let sorts: [(String, (UserQuery.Key, Bool))] = UserQuery.Key.allCases.flatMap { key in
        [(key.rawValue, (key, false)), ("-\(key.rawValue)", (key, true))]
    }

    @Sendable
    private func lookup(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try access.requireRead(context.principal)
        try QueryFields(request).finish()
        var fields = try ObjectFields(await request.jsonBody(limit: limits.bodySize.bytes))
        let elements = fields.array("wallets")
        var wallets: [WalletAddress] = []
        if let elements, elements.count > Self.maximumLookup {
            fields.refuse("wallets", "may name \(Self.maximumLookup) wallets at most")
        } else {
            for (index, element) in (elements ?? []).enumerated() {
                do throws(ServiceError) {
                    wallets.append(try WalletAddress(json: element))
                } catch {
                    fields.refuse("wallets.\(index)", error.detail)
                }
            }
        }
        _ = try fields.required(elements)
        let users = try await storage.users(wallets)
        return .json(capacity: 256 * (users.count + 1)) { json in
            json.object { json in
                json.member("items") { json in
                    json.array(users) { json, user in
                        if let user { json.user(user) } else { json.null() }
                    }
                }
            }
        }
    }

    @Sendable
    private func register(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try context.principal.requireAdmin()
        try QueryFields(request).finish()
        let body = try await request.jsonBody(limit: limits.bodySize.bytes)
        var fields = try ObjectFields(body)
        let address = fields.wallet("wallet_address")
        let isMiner = fields.optionalBoolean("is_miner") ?? false
        let metadata = fields.optionalMetadata("metadata") ?? Metadata()
        let wallet = try fields.required(address)

        return try await writes.perform(request, context, body: body) { db in
            let user = User(wallet: wallet, isMiner: isMiner, createdAt: .now(), metadata: metadata)
            guard try await UserTable.insert(user, in: db) else {
                throw ServiceError(.userExists)
            }
            var json = JSONWriter()
            json.user(user)
            return Answer(status: 201, location: "/v1/users/\(wallet)", body: json.buffer)
        }
    }
}

extension ServiceRequestContext {
    /// The wallet that the path names.
    func wallet() throws -> WalletAddress {
        try WalletAddress(parameters.require("wallet"))
    }
}

extension WalletAddress {
    fileprivate init(json value: JSONValue) throws(ServiceError) {
        guard case .string(let text) = value else {
            throw ServiceError(.walletMalformed, "must be a string")
        }
        try self.init(text)
    }
}
