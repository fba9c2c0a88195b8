// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Collects the routes of the service, so that a path with the wrong method can be told from a path that is not there.
struct Endpoints {
    typealias Handler = @Sendable (Request, ServiceRequestContext) async throws -> Response

    private let router: Router<ServiceRequestContext>
    private var methods: [String: Set<HTTPRequest.Method>] = [:]

    init(_ router: Router<ServiceRequestContext>) {
        self.router = router
    }

    /// Adds a route, such as `/v1/users/{wallet}`.
    mutating func add(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        methods[path, default: []].insert(method)
        router.on(RouterPath(path), method: method, use: handler)
        if method == .get {
            methods[path, default: []].insert(.head)
        }
    }

    /// Answers every other method on the paths so far with 405 and `Allow` (RFC 9110, 15.5.6).
    func refuseOtherMethods() {
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]
        for (path, allowed) in methods {
            let allow = all.filter(allowed.contains).map(\.rawValue).joined(separator: ", ")
            for method in all where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { request, context in
                    let error = ServiceError(.methodNotAllowed, "This path has the methods \(allow).")
                    var response = Problem.response(
                        for: error,
                        path: request.uri.path,
                        requestID: context.requestID
                    )
                    response.headers[.allow] = allow
                    return response
                }
            }
        }
    }
}
