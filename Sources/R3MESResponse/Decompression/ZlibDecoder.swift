// SPDX-License-Identifier: Apache-2.0

import CZlib
import NIOCore

/// Unpacks gzip, any number of members, or one zlib stream.
final class ZlibDecoder: StreamDecoder {
    private let stream: UnsafeMutablePointer<z_stream>
    private let format: ZlibEncoder.Format
    private(set) var isFinished = false

    init(format: ZlibEncoder.Format) throws(ResponseError) {
        self.format = format
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit2_(stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw ResponseError(.compressionFailed, "zlib cannot be used: error \(status)")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func decode(_ input: inout ByteBuffer, into output: UnsafeMutableRawBufferPointer) throws(ResponseError) -> Int {
        let coding: ContentCoding = format == .gzip ? .gzip : .deflate
        if isFinished {
            guard input.readableBytes > 0 else { return 0 }
            guard format == .gzip, inflateReset(stream) == Z_OK else { throw .malformed(coding) }
            isFinished = false
        }
        var status = Z_OK
        input.readWithUnsafeReadableBytes { bytes in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(1 << 30))
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(bytes.count)
            stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            status = inflate(stream, Z_NO_FLUSH)
            let used = bytes.count - Int(stream.pointee.avail_in)
            stream.pointee.next_in = nil
            return used
        }
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw .malformed(coding) }
        isFinished = status == Z_STREAM_END
        return output.count - Int(stream.pointee.avail_out)
    }
}
