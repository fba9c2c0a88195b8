// SPDX-License-Identifier: Apache-2.0

import CBrotli
import NIOCore

/// Packs by the system's brotli.
final class BrotliEncoder: StreamEncoder {
    private let state: OpaquePointer

    init(quality: Int, size: Int?) throws(ResponseError) {
        guard let state = BrotliEncoderCreateInstance(nil, nil, nil) else {
            throw ResponseError(.compressionFailed, "brotli has no memory")
        }
        self.state = state
        BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, UInt32(clamping: quality))
        if let size {
            BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, UInt32(clamping: size))
        }
    }

    deinit {
        BrotliEncoderDestroyInstance(state)
    }

    func encode(
        _ input: UnsafeRawBufferPointer,
        _ step: EncodingStep,
        into output: inout ByteBuffer
    ) throws(ResponseError) {
        let operation =
            switch step {
            case .more: BROTLI_OPERATION_PROCESS
            case .flush: BROTLI_OPERATION_FLUSH
            case .end: BROTLI_OPERATION_FINISH
            }
        var availableIn = input.count
        var nextIn = input.bindMemory(to: UInt8.self).baseAddress
        var succeeded = true
        repeat {
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: 1024) { space in
                var availableOut = space.count
                var nextOut = space.bindMemory(to: UInt8.self).baseAddress
                succeeded =
                    BrotliEncoderCompressStream(
                        state,
                        operation,
                        &availableIn,
                        &nextIn,
                        &availableOut,
                        &nextOut,
                        nil
                    ) != 0
                return space.count - availableOut
            }
            guard succeeded else {
                throw ResponseError(.compressionFailed, "brotli failed")
            }
        } while availableIn > 0 || BrotliEncoderHasMoreOutput(state) != 0
            || (step == .end && BrotliEncoderIsFinished(state) == 0)
    }
}
