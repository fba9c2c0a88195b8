// SPDX-License-Identifier: Apache-2.0

import CZlib
import NIOCore

/// Packs into gzip or zlib format by the system's zlib.
final class ZlibEncoder: StreamEncoder {
    /// What stands around the packed data.
    enum Format: Int32 {
        case zlib = 15
        case gzip = 31
    }

    /// zlib keeps a pointer to this, so it must stay where it is.
    private let stream: UnsafeMutablePointer<z_stream>

    init(format: Format, level: Int) throws(ResponseError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream,
            Int32(level),
            Z_DEFLATED,
            format.rawValue,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else {
            stream.deallocate()
            throw ResponseError(.compressionFailed, "zlib cannot be used: error \(status)")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func encode(
        _ input: UnsafeRawBufferPointer,
        _ step: EncodingStep,
        into output: inout ByteBuffer
    ) throws(ResponseError) {
        // zlib counts in 32 bits.
        var rest = input[...]
        repeat {
            let piece = rest.prefix(1 << 30)
            rest = rest.dropFirst(piece.count)
            let flush =
                !rest.isEmpty ? Z_NO_FLUSH : step == .more ? Z_NO_FLUSH : step == .flush ? Z_SYNC_FLUSH : Z_FINISH
            try deflate(UnsafeRawBufferPointer(rebasing: piece), flush, into: &output)
        } while !rest.isEmpty
    }

    private func deflate(
        _ input: UnsafeRawBufferPointer,
        _ flush: Int32,
        into output: inout ByteBuffer
    ) throws(ResponseError) {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        defer {
            stream.pointee.next_in = nil
            stream.pointee.avail_in = 0
        }
        var status = Z_OK
        repeat {
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: 1024) { space in
                let space = UnsafeMutableRawBufferPointer(rebasing: space.prefix(1 << 30))
                stream.pointee.next_out = space.bindMemory(to: UInt8.self).baseAddress
                stream.pointee.avail_out = UInt32(space.count)
                status = CZlib.deflate(stream, flush)
                return space.count - Int(stream.pointee.avail_out)
            }
            // A buffer error only says that there was nothing left to do.
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw ResponseError(.compressionFailed, "zlib failed: error \(status)")
            }
        } while stream.pointee.avail_out == 0 || (flush == Z_FINISH && status == Z_OK)
    }
}
