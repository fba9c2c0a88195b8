// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore

extension Request {
    /// The whole body of a JSON request.
    ///
    /// - Throws: ``ServiceError/Code/unsupportedMediaType`` for another media type, ``ServiceError/Code/bodyTooLarge``
    ///   beyond the limit: then the rest is not even read.
    func jsonBody(limit: Int) async throws -> ByteBuffer {
        if let type = headers[.contentType] {
            guard MediaType(from: type)?.isType(.applicationJson) == true else {
                throw ServiceError(.unsupportedMediaType, "Send JSON, with `Content-Type: application/json`.")
            }
        }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw ServiceError(.bodyTooLarge, "The body may have \(limit) bytes at most.")
        }
    }
}
