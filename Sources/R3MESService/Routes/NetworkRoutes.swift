// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import R3MESResponse

/// `/v1/network/status`: totals of our own, and what the chain says of itself.
struct NetworkRoutes: Sendable {
    let census: NetworkCensus
    let chain: ChainClient?
    let access: AccessRules

    func add(to endpoints: inout Endpoints) {
        endpoints.add(.get, "/v1/network/status", status)
    }

    @Sendable
    private func status(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        try access.requireRead(context.principal)
        try QueryFields(request).finish()
        async let chainStatus = chain?.status()
        let totals = try await census.totals()
        let chain = try await chainStatus
        return .json { json in
            json.object { json in
                json.member("users", totals.users)
                json.member("miners", totals.miners)
                json.member("credits", plain: totals.credits)
                json.member("counted_at", totals.countedAt)
                json.member("chain") { json in
                    if let chain { json.chain(chain) } else { json.null() }
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func chain(_ chain: ChainStatus) {
        object { json in
            json.member("state", plain: chain.state.rawValue)
            json.member("age_seconds", chain.age.components.seconds)
            json.member("status") { json in
                guard let status = chain.status else { return json.null() }
                json.raw(String(decoding: status.json, as: UTF8.self))
            }
        }
    }
}
