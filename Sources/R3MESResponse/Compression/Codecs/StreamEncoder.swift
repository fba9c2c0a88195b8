// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Packs one body, piece by piece.
///
/// Not `Sendable`: it belongs to the task that writes the body.
protocol StreamEncoder: AnyObject {
    /// Packs a piece, and adds what is ready to the output.
    func encode(
        _ input: UnsafeRawBufferPointer,
        _ step: EncodingStep,
        into output: inout ByteBuffer
    ) throws(ResponseError)
}

/// What follows a piece.
enum EncodingStep {
    /// More; the encoder may keep what it likes.
    case more
    /// More, but later: all that has been given must be ready to be read by the client.
    case flush
    /// Nothing.
    case end
}

extension ContentCoding {
    /// An encoder for one body; nil for ``identity``.
    ///
    /// - Parameters:
    ///   - level: The library's own level; see ``CompressionLevels``.
    ///   - size: The size of the whole body, if that is known.
    func makeEncoder(level: Int, size: Int?) throws(ResponseError) -> (any StreamEncoder)? {
        switch kind {
        case .zstd: try ZstdEncoder(level: level, size: size)
        case .br: try BrotliEncoder(quality: level, size: size)
        case .gzip: try ZlibEncoder(format: .gzip, level: level)
        case .deflate: try ZlibEncoder(format: .zlib, level: level)
        case .identity: nil
        }
    }
}

extension ByteBuffer {
    /// Packs a whole body at once.
    func encoded(_ coding: ContentCoding, level: Int) throws(ResponseError) -> ByteBuffer {
        guard let encoder = try coding.makeEncoder(level: level, size: readableBytes) else { return self }
        var output = ByteBufferAllocator().buffer(capacity: readableBytes / 4 + 64)
        try withReadableBytes(throwing: { bytes throws(ResponseError) in
            try encoder.encode(bytes, .end, into: &output)
        })
        return output
    }

    /// As NIO's `withUnsafeReadableBytes`, with typed errors.
    func withReadableBytes(
        throwing body: (UnsafeRawBufferPointer) throws(ResponseError) -> Void
    ) throws(ResponseError) {
        let result = withUnsafeReadableBytes { bytes in
            Result { () throws(ResponseError) in try body(bytes) }
        }
        try result.get()
    }
}
