// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Unpacks one body, piece by piece.
protocol StreamDecoder: AnyObject {
    /// Reads some of the input, moving its reader index, and fills some of the output.
    ///
    /// - Returns: How many bytes of the output were filled.
    func decode(_ input: inout ByteBuffer, into output: UnsafeMutableRawBufferPointer) throws(ResponseError) -> Int

    /// Whether the data may end here.
    var isFinished: Bool { get }
}

extension ContentCoding {
    /// A decoder for one body; nil for ``identity``.
    func makeDecoder() throws(ResponseError) -> (any StreamDecoder)? {
        switch kind {
        case .zstd: try ZstdDecoder()
        case .br: try BrotliDecoder()
        case .gzip: try ZlibDecoder(format: .gzip)
        case .deflate: try ZlibDecoder(format: .zlib)
        case .identity: nil
        }
    }
}

extension ResponseError {
    static func malformed(_ coding: ContentCoding) -> ResponseError {
        ResponseError(.malformedBody, "The body is not valid \(coding) data.")
    }
}
