// SPDX-License-Identifier: Apache-2.0

extension DecodingError {
    /// A value that was refused, with the public half of the error as the reason and the whole of it as the cause.
    static func refused(_ error: ServiceError, at codingPath: [any CodingKey]) -> Self {
        dataCorrupted(Context(codingPath: codingPath, debugDescription: error.detail, underlyingError: error))
    }
}
