// SPDX-License-Identifier: Apache-2.0

import CZstd
import NIOCore

/// Unpacks any number of zstd frames, with windows of at most 8 MiB (RFC 9659).
final class ZstdDecoder: StreamDecoder {
    private let context: OpaquePointer
    private(set) var isFinished = false

    init() throws(ResponseError) {
        guard let context = ZSTD_createDCtx() else {
            throw ResponseError(.compressionFailed, "zstd has no memory")
        }
        self.context = context
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 23)
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    func decode(_ input: inout ByteBuffer, into output: UnsafeMutableRawBufferPointer) throws(ResponseError) -> Int {
        // At the end of a frame, without input, there is nothing to do; the library would begin another frame.
        guard !isFinished || input.readableBytes > 0 else { return 0 }
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        var result = 0
        input.readWithUnsafeReadableBytes { bytes in
            var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
            result = ZSTD_decompressStream(context, &target, &source)
            return source.pos
        }
        guard ZSTD_isError(result) == 0 else { throw .malformed(.zstd) }
        isFinished = result == 0
        return target.pos
    }
}
