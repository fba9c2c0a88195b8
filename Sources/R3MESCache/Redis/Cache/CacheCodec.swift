// SPDX-License-Identifier: Apache-2.0

import Foundation
public import NIOCore

/// How values become bytes, and bytes values.
///
/// Bytes that can't be read are a miss, not an error: so it is safe to change a type, and the schema version in
/// ``RedisCache/Configuration`` need only be raised where old bytes would be read wrongly.
public struct CacheCodec<Value: Sendable>: Sendable {
    /// Makes bytes of a value.
    public let encode: @Sendable (Value) throws -> ByteBuffer
    /// Makes a value of bytes, which may be anything at all.
    public let decode: @Sendable (ByteBuffer) throws -> Value

    /// Makes a codec of two closures.
    public init(
        encode: @escaping @Sendable (Value) throws -> ByteBuffer,
        decode: @escaping @Sendable (ByteBuffer) throws -> Value
    ) {
        self.encode = encode
        self.decode = decode
    }
}

extension CacheCodec where Value: Codable {
    /// JSON, by Foundation's coders as they are by default.
    public static var json: CacheCodec {
        CacheCodec(
            encode: { ByteBuffer(bytes: try JSONEncoder().encode($0)) },
            decode: { try JSONDecoder().decode(Value.self, from: Data($0.readableBytesView)) }
        )
    }
}

extension CacheCodec where Value == ByteBuffer {
    /// The bytes as they are.
    public static var bytes: CacheCodec {
        CacheCodec(encode: { $0 }, decode: { $0 })
    }
}

extension CacheCodec where Value == String {
    /// UTF-8.
    public static var text: CacheCodec {
        CacheCodec(
            encode: { ByteBuffer(string: $0) },
            decode: { bytes in
                guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
                    throw CacheError(.unexpectedReply, "a stored text is not UTF-8")
                }
                return text
            }
        )
    }
}
