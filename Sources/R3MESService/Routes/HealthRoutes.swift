// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import R3MESResponse

/// `/health/live` and `/health/ready`, for whatever watches over the process.
struct HealthRoutes: Sendable {
    let storage: Storage
    let readiness: Readiness
    let access: AccessRules

    func add(to endpoints: inout Endpoints) {
        endpoints.add(.get, "/health/live", live)
        endpoints.add(.get, "/health/ready", ready)
    }

    /// The process runs and answers.
    ///
    /// A failing answer means: restart it.
    @Sendable
    private func live(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        .json(headers: [.cacheControl: "no-store"]) { json in
            json.object { $0.member("status", plain: "alive") }
        }
    }

    /// The process can do its work.
    ///
    /// A failing answer means: send no requests for now. Operators are told why.
    @Sendable
    private func ready(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        var reason: String?
        if let state = readiness.reasonForNo {
            reason = state
        } else {
            do {
                try await storage.ping()
            } catch {
                reason = ServiceError(wrapping: error, as: .databaseUnavailable).description
            }
        }
        let mayKnow = access.mayOperate(context.principal)
        return .json(
            reason == nil ? .ok : .serviceUnavailable,
            headers: [.cacheControl: "no-store"]
        ) { json in
            json.object { json in
                json.member("status", plain: reason == nil ? "ready" : "not_ready")
                if mayKnow, let reason {
                    json.member("reason", reason)
                }
            }
        }
    }
}
