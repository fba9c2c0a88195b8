// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import R3MESResponse

/// A wallet's API keys: make one, list them, revoke one.
struct APIKeyRoutes: Sendable {
    let storage: Storage
    let writes: IdempotentWrites
    let limits: ServiceConfiguration.Limits

    func add(to endpoints: inout Endpoints) {
        endpoints.add(.post, "/v1/users/{wallet}/api-keys", create)
        endpoints.add(.get, "/v1/users/{wallet}/api-keys", list)
        endpoints.add(.delete, "/v1/users/{wallet}/api-keys/{id}", revoke)
    }

    @Sendable
    private func create(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let wallet = try context.wallet()
        try context.principal.require(.write, of: wallet)
        try QueryFields(request).finish()
        let body = try await request.jsonBody(limit: limits.bodySize.bytes)
        var fields = try ObjectFields(body)
        let name = fields.optionalText("name") ?? "key"
        let requested = fields.scopes("scopes")
        let expiresAt = fields.optionalTimestamp("expires_at")
        let scopes = try fields.required(requested)
        let issued = try APIKey.issue(name: name, scopes: scopes, wallet: wallet, at: .now(), expiresAt: expiresAt)
        try context.principal.requireGranting(scopes, to: wallet)

        let limit = limits.keysPerWallet
        return try await writes.perform(request, context, body: body, isSecret: true) { db in
            try await APIKeyTable.insert(issued.record, limit: limit, in: db)
            var json = JSONWriter()
            json.apiKey(issued.record, secret: issued.secret)
            return Answer(
                status: 201,
                location: "/v1/users/\(wallet)/api-keys/\(issued.record.id)",
                body: json.buffer
            )
        }
    }

    @Sendable
    private func list(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let wallet = try context.wallet()
        try context.principal.require(.read, of: wallet)
        try QueryFields(request).finish()
        let keys = try await storage.apiKeys(of: wallet)
        return .json { json in
            json.page(keys, nextCursor: nil) { json, key in json.apiKey(key) }
        }
    }

    @Sendable
    private func revoke(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let wallet = try context.wallet()
        try context.principal.require(.write, of: wallet)
        try QueryFields(request).finish()
        try await storage.revokeAPIKey(id: context.parameters.require("id"), of: wallet)
        return Response(status: .noContent)
    }
}

extension ObjectFields {
    /// The scopes asked for; `read` alone when none are.
    fileprivate mutating func scopes(_ name: String) -> APIKey.Scopes? {
        guard let elements = array(name, isRequired: false) else { return .read }
        let names = elements.map { element in
            if case .string(let name) = element { name } else { "" }
        }
        do throws(ServiceError) {
            return try APIKey.Scopes(names: names)
        } catch {
            refuse(name, "must be an array of read, write and admin")
            return nil
        }
    }
}
