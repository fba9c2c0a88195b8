// SPDX-License-Identifier: Apache-2.0

import CZstd
import NIOCore

/// Packs by the system's zstd.
final class ZstdEncoder: StreamEncoder {
    private let context: OpaquePointer

    init(level: Int, size: Int?) throws(ResponseError) {
        guard let context = ZSTD_createCCtx() else {
            throw ResponseError(.compressionFailed, "zstd has no memory")
        }
        self.context = context
        // Up to level 19 no window is above 8 MiB, the largest that a browser must take.
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(min(level, 19))))
        if let size {
            try check(ZSTD_CCtx_setPledgedSrcSize(context, UInt64(size)))
        }
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    func encode(
        _ input: UnsafeRawBufferPointer,
        _ step: EncodingStep,
        into output: inout ByteBuffer
    ) throws(ResponseError) {
        let directive =
            switch step {
            case .more: ZSTD_e_continue
            case .flush: ZSTD_e_flush
            case .end: ZSTD_e_end
            }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var remaining = 0
        repeat {
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: 1024) { space in
                var target = ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
                remaining = ZSTD_compressStream2(context, &target, &source, directive)
                return target.pos
            }
            try check(remaining)
        } while source.pos < source.size || (step != .more && remaining > 0)
    }

    private func check(_ result: Int) throws(ResponseError) {
        if ZSTD_isError(result) != 0 {
            throw ResponseError(.compressionFailed, "zstd failed: \(String(cString: ZSTD_getErrorName(result)))")
        }
    }
}
