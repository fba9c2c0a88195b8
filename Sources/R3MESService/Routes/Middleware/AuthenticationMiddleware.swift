// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Finds out who asks, from `X-API-Key` or `Authorization: Bearer`.
///
/// What they may do is for each route to say.
///
/// A request without a key goes on as anonymous; one with a key that is not valid is refused, even where no key is needed:
/// a client with a broken key wants to know.
struct AuthenticationMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    let storage: Storage
    let mode: ServiceConfiguration.Authentication.Mode

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        if mode == .none {
            context.principal = .unchecked
        } else if let text = try presentedText(request.headers) {
            let presented = try APIKey.Secret(text)
            let record = try await RequestTimings.measure(.authentication) {
                try await storage.apiKey(prefix: presented.prefix)
            }
            context.principal = try APIKey.authenticate(presented, against: record, at: .now())
            context.presentedKey = presented
        }
        return try await next(request, context)
    }

    private func presentedText(_ headers: HTTPFields) throws -> String? {
        let key = headers[.apiKey]
        guard let authorization = headers[.authorization] else { return key }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw ServiceError(
                .credentialsInvalid,
                "The Authorization header must read `Bearer` and an API key."
            )
        }
        let token = parts[1].trimmingPrefix { $0 == " " }
        if let key, key != token {
            throw ServiceError(.credentialsInvalid, "X-API-Key and Authorization name two different keys.")
        }
        return String(token)
    }
}
