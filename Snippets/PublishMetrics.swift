// SPDX-License-Identifier: Apache-2.0
//
// Metrics for Prometheus at http://127.0.0.1:9091/metrics, until interrupted. Run it: swift run PublishMetrics [PORT]
import CoreMetrics
import HTTPTypes
import Hummingbird
import R3MESTelemetry

let registry = try MetricsRegistry()
MetricsSystem.bootstrap(registry)

/// Times each answer by the template of its route, never by its path, of which there may be any number.
struct RequestTimes<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let clock = ContinuousClock()
        let start = clock.now
        // Not `defer`, since the route is known only once the router has found it.
        let labels = ExemplarLabels(requestID: context.id)
        return try await ExemplarLabels.$current.withValue(labels) {
            let response = try await next(request, context)
            let (seconds, attoseconds) = (clock.now - start).components
            CoreMetrics.Timer(
                label: "http_request_seconds",
                dimensions: [("route", context.endpointPath ?? "none"), ("status", "\(response.status.code)")]
            )
            .recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
            return response
        }
    }
}

let router = Router()
router.add(middleware: RequestTimes())
router.get("/hello/{name}") { _, context in "hello \(context.parameters.get("name") ?? "you")\n" }
router.get("/metrics") { request, _ in
    let format = ExpositionFormat.negotiated(accept: request.headers[.accept])
    return Response(
        status: .ok,
        headers: [.contentType: format.contentType],
        body: .init(byteBuffer: ByteBuffer(bytes: registry.exposition(in: format)))
    )
}

let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 9091
let server = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
try await server.runService()
