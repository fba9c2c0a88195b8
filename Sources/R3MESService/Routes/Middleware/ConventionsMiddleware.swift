// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import R3MESResponse

/// What every answer has in common, errors included: `X-Request-ID`, `Server-Timing`, problem+json, one log line.
///
/// It stands first, so that nothing escapes it.
struct ConventionsMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    /// What requests are logged to; the framework's own logger is kept quiet.
    let logger: Logger

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let timings = RequestTimings()
        var context = context
        context.requestID = RequestID.accepted(request.headers[.requestID]) ?? RequestID.make()
        context.logger = logger
        context.logger[metadataKey: "request.id"] = .string(context.requestID)

        var response: Response
        do {
            response = try await RequestTimings.$current.withValue(timings) {
                try await next(request, context)
            }
        } catch let error as HTTPParserError {
            // Hummingbird answers these itself and closes the connection: the request could not even be framed.
            throw error
        } catch {
            let error = ServiceError(answering: error)
            log(error, context: context)
            response = Problem.response(for: error, path: request.uri.path, requestID: context.requestID)
        }
        let duration = start.duration(to: .now)
        response.headers[.requestID] = context.requestID
        response.headers[.serverTiming] = timings.header(total: duration)
        context.logger.debug(
            "request",
            metadata: [
                "http.method": .string(request.method.rawValue),
                "http.route": .string(context.endpointPath ?? "none"),
                "http.status": .stringConvertible(response.status.code),
                "duration.ms": .string(duration.millisecondText),
            ]
        )
        // The router does this for its own HEAD routes; a body after any other answer would be read as the next one.
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// A refusal is the caller's affair and told at debug level; a failure is ours.
    private func log(_ error: ServiceError, context: Context) {
        let level: Logger.Level = error.code.status >= 500 ? .error : .debug
        context.logger.log(level: level, "request failed", metadata: error.logMetadata)
    }
}
