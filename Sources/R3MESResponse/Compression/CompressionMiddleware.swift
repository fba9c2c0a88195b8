// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
import HTTPTypes
import NIOCore

/// Packs answers in the coding that the client wants most: zstd, brotli, gzip or deflate.
///
/// - `Vary: Accept-Encoding` stands on every answer that could have been packed, packed or not, and on a 304.
/// - A strong `ETag` gets the coding as a suffix (`"7-gzip"`), since the bytes are others; a weak one stays. The suffix
///   is taken off again in `If-None-Match`, if it is the one that this client gets, and in `If-Match`, so that routes and
///   ``ConditionalRequestMiddleware`` within know only tags of their own.
/// - Left as they are: what has a `Content-Encoding`, a `Content-Range` or `Cache-Control: no-transform`, what is too small
///   or of a type that does not pack, what would grow, and what routes under ``UncompressedRouteMiddleware`` answer.
/// - A body of unknown length is packed as it is written: whatever the route has written can be read by the client at once.
///   How hard bodies are packed follows the load.
/// - An answer to HEAD is as to GET where the router makes it of the route for GET; a stream's is not packed.
///
/// A client that refuses all codings and the plain body as well gets a 406, before anything is done.
///
/// It belongs outside of ``ConditionalRequestMiddleware``, so that nothing is packed for a 304. An answer is held in memory
/// up to ``Configuration/maximumBufferedSize``; a stream, not at all.
public struct CompressionMiddleware<Context: RequestContext>: RouterMiddleware {
    let configuration: Configuration
    private let metrics = CompressionMetrics()

    /// Makes the middleware.
    ///
    /// - Throws: ``ResponseError/Code/invalidConfiguration``.
    public init(configuration: Configuration = Configuration()) throws(ResponseError) {
        try configuration.validate()
        self.configuration = configuration
    }

    /// Packs the answer to one request.
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let choice = AcceptEncoding(request.headers[.acceptEncoding]).choice(among: configuration.codings)
        guard let coding = choice.coding else {
            throw ResponseError(
                .notAcceptable,
                "Accept-Encoding refuses every coding of this server, and the plain body too.",
                headers: [.vary: "Accept-Encoding"]
            )
        }
        var request = request
        let tags = CodedTags(takenFrom: &request, coding: coding, known: configuration.codings)
        let exemption = CompressionExemption()
        var response = try await CompressionExemption.$current.withValue(exemption) {
            try await next(request, context)
        }
        if response.status == .notModified {
            response.headers.vary(on: .acceptEncoding)
            tags.restore(in: &response)
            return response
        }
        guard mayPack(response, exemption: exemption) else { return response }
        response.headers.vary(on: .acceptEncoding)
        guard coding != .identity else { return response }
        return try await pack(response, as: coding, isForced: !choice.allowsIdentity, method: request.method)
    }

    /// Whether the answer would be packed for some client.
    private func mayPack(_ response: Response, exemption: CompressionExemption) -> Bool {
        let headers = response.headers
        guard
            response.status.kind != .informational, response.status != .noContent, response.status != .partialContent,
            headers[.contentEncoding] == nil, headers[.contentRange] == nil, !exemption.isSet,
            response.body.contentLength != 0,
            let mediaType = headers[.contentType]?.split(separator: ";").first
        else { return false }
        if let rule = headers[.cacheControl], rule.lowercased().contains("no-transform") { return false }
        return configuration.isCompressible(mediaType.trimmingOptionalWhitespace.lowercased())
    }

    private func pack(
        _ response: Response,
        as coding: ContentCoding,
        isForced: Bool,
        method: HTTPRequest.Method
    ) async throws -> Response {
        let length = response.body.contentLength
        if let length, length < configuration.minimumSize, !isForced { return response }
        let level = configuration.level(of: coding)
        guard let length, length <= configuration.maximumBufferedSize else {
            guard method != .head else { return response }
            return packedAsWritten(response, as: coding, level: level, length: length)
        }
        let collector = BodyCollector()
        try await response.body.write(collector)
        let plain = collector.buffer
        let packed = try plain.encoded(coding, level: level)
        metrics.record(coding, from: plain.readableBytes, to: packed.readableBytes)
        var result = response
        guard packed.readableBytes < plain.readableBytes || isForced, collector.trailers == nil else {
            let trailers = collector.trailers
            result.body =
                trailers == nil
                ? .init(byteBuffer: plain)
                : .init(contentLength: length) { writer in
                    try await writer.write(plain)
                    try await writer.finish(trailers)
                }
            return result
        }
        result.body = .init(byteBuffer: packed)
        result.headers.describe(coding)
        return result
    }

    private func packedAsWritten(
        _ response: Response,
        as coding: ContentCoding,
        level: Int,
        length: Int?
    ) -> Response {
        let body = response.body
        let metrics = metrics
        var result = response
        result.body = ResponseBody { writer in
            guard let encoder = try coding.makeEncoder(level: level, size: length) else {
                return try await body.write(writer)
            }
            try await body.write(EncodingWriter(next: writer, encoder: encoder, coding: coding, metrics: metrics))
        }
        result.headers[.contentLength] = nil
        result.headers.describe(coding)
        return result
    }
}
