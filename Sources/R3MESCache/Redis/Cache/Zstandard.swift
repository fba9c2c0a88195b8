// SPDX-License-Identifier: Apache-2.0

import CZstd
import NIOCore

/// Compression by zstd.
///
/// Source: RFC 8878.
enum Zstandard {
    /// The bytes compressed to one frame; nil if that saves nothing.
    static func compress(_ bytes: ByteBuffer, level: Int) -> ByteBuffer? {
        let bound = ZSTD_compressBound(bytes.readableBytes)
        var compressed = ByteBuffer()
        let count = compressed.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
            bytes.withUnsafeReadableBytes { source in
                let count = ZSTD_compress(
                    target.baseAddress,
                    target.count,
                    source.baseAddress,
                    source.count,
                    CInt(clamping: level)
                )
                return ZSTD_isError(count) == 0 ? count : 0
            }
        }
        guard count > 0, count < bytes.readableBytes else { return nil }
        // Most of the room that was reserved for the worst case is empty.
        return ByteBuffer(bytes: compressed.readableBytesView)
    }

    /// What one frame holds; nil if it is damaged, or says that it holds more than the limit or not how much.
    static func decompress(_ bytes: ByteBuffer, limit: Int) -> ByteBuffer? {
        // The size that the frame names is checked before any memory is taken for it.
        let size = bytes.withUnsafeReadableBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        guard let size = Int(exactly: size), size <= limit else { return nil }
        var plain = ByteBuffer()
        let count = plain.writeWithUnsafeMutableBytes(minimumWritableBytes: max(size, 1)) { target in
            bytes.withUnsafeReadableBytes { source in
                let count = ZSTD_decompress(target.baseAddress, size, source.baseAddress, source.count)
                return ZSTD_isError(count) == 0 ? count : 0
            }
        }
        return count == size ? plain : nil
    }
}
