// SPDX-License-Identifier: Apache-2.0

import CBrotli
import NIOCore

/// Unpacks one brotli stream.
final class BrotliDecoder: StreamDecoder {
    private let state: OpaquePointer
    private(set) var isFinished = false

    init() throws(ResponseError) {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else {
            throw ResponseError(.compressionFailed, "brotli has no memory")
        }
        self.state = state
    }

    deinit {
        BrotliDecoderDestroyInstance(state)
    }

    func decode(_ input: inout ByteBuffer, into output: UnsafeMutableRawBufferPointer) throws(ResponseError) -> Int {
        if isFinished {
            guard input.readableBytes == 0 else { throw .malformed(.brotli) }
            return 0
        }
        var availableOut = output.count
        var nextOut = output.bindMemory(to: UInt8.self).baseAddress
        var result = BROTLI_DECODER_RESULT_SUCCESS
        input.readWithUnsafeReadableBytes { bytes in
            var availableIn = bytes.count
            var nextIn = bytes.bindMemory(to: UInt8.self).baseAddress
            result = BrotliDecoderDecompressStream(state, &availableIn, &nextIn, &availableOut, &nextOut, nil)
            return bytes.count - availableIn
        }
        guard result != BROTLI_DECODER_RESULT_ERROR else { throw .malformed(.brotli) }
        isFinished = result == BROTLI_DECODER_RESULT_SUCCESS
        return output.count - availableOut
    }
}
