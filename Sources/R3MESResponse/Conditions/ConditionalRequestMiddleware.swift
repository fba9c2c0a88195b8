// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
public import Hummingbird
import NIOCore

/// Answers 304 to who has the representation already, and 412 to who thinks it another one.
///
/// An answer to GET or HEAD with an `ETag` is compared with `If-None-Match` (weakly) and `If-Match` (strongly), as RFC 9110
/// says. With a validator of the current state, which is a cheap look-up such as of a row's version, the route isn't even
/// called for a 304 or a 412; this is the only way to refuse a write here. A write without one passes: let the route call
/// ``Preconditions/check(_:)`` in its transaction.
///
/// A 304 keeps what a cache needs (`ETag`, `Cache-Control`, `Vary`, `Expires`, `Content-Location`, `Date`) and loses what
/// describes a body.
public struct ConditionalRequestMiddleware<Context: RequestContext>: RouterMiddleware {
    /// What is known of a resource before it is read.
    public enum Validator: Sendable {
        /// The tag that its representation has now.
        case tag(EntityTag)
        /// There is no such resource.
        case missing
        /// Nothing; the route is called.
        case unknown
    }

    private let validator: (@Sendable (Request, Context) async throws -> Validator)?
    private let maximumHashedSize: Int?

    /// Makes the middleware.
    ///
    /// - Parameters:
    ///   - maximumHashedSize: If given, answers to GET of up to so many bytes that have no `ETag` get the SHA-256 of their
    ///     bytes as one. This saves the way to the client, not the work.
    ///   - validator: Finds the tag of what the request is about, called only if the request has conditions.
    public init(
        maximumHashedSize: Int? = nil,
        validator: (@Sendable (Request, Context) async throws -> Validator)? = nil
    ) {
        self.maximumHashedSize = maximumHashedSize
        self.validator = validator
    }

    /// Answers one request.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let conditions = Preconditions(method: request.method, headers: request.headers)
        let isRead = request.method == .get || request.method == .head
        if let validator, !conditions.isEmpty {
            let tag: EntityTag?
            switch try await validator(request, context) {
            case .tag(let known): tag = known
            case .missing: tag = nil
            case .unknown: return try await answer(request, context, conditions, isRead: isRead, next: next)
            }
            switch conditions.verdict(for: tag) {
            case .failed: throw ResponseError.preconditionFailed(tag)
            case .notModified: return .notModified(tag.map { [.eTag: $0.description] } ?? [:])
            case .proceed: break
            }
            if !isRead { return try await next(request, context) }
        }
        return try await answer(request, context, conditions, isRead: isRead, next: next)
    }

    private func answer(
        _ request: Request,
        _ context: Context,
        _ conditions: Preconditions,
        isRead: Bool,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard isRead, response.status == .ok else { return response }
        if response.headers[.eTag] == nil {
            try await hash(&response)
        }
        guard !conditions.isEmpty, let tag = response.headers[.eTag].flatMap({ EntityTag($0) }) else { return response }
        switch conditions.verdict(for: tag) {
        case .proceed: return response
        case .notModified: return .notModified(response.headers)
        case .failed: throw ResponseError.preconditionFailed(tag)
        }
    }

    private func hash(_ response: inout Response) async throws {
        guard
            let maximumHashedSize, let length = response.body.contentLength,
            (1...max(maximumHashedSize, 1)).contains(length)
        else { return }
        let collector = BodyCollector()
        try await response.body.write(collector)
        guard collector.trailers == nil else {
            let (buffer, trailers) = (collector.buffer, collector.trailers)
            response.body = .init(contentLength: length) { writer in
                try await writer.write(buffer)
                try await writer.finish(trailers)
            }
            return
        }
        let digest = collector.buffer.withUnsafeReadableBytes { SHA256.hash(data: $0) }
        response.headers[.eTag] = "\"\(Base64URL.encode(Array(digest.prefix(16))))\""
        response.body = .init(byteBuffer: collector.buffer)
    }
}

extension Response {
    /// A 304 with those of an answer's headers that are true of it.
    static func notModified(_ headers: HTTPFields) -> Response {
        var kept = headers
        for name: HTTPField.Name in [
            .contentLength, .contentType, .contentEncoding, .contentLanguage, .contentRange, .transferEncoding,
        ] {
            kept[name] = nil
        }
        var response = Response(status: .notModified, headers: kept)
        // Zero would be said of the representation, not of this answer.
        response.headers[.contentLength] = nil
        return response
    }
}
