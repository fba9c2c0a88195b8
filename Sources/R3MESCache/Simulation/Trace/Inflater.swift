// SPDX-License-Identifier: Apache-2.0

import CZlib

/// Unpacks gzip data (RFC 1952) as it comes: any number of members, and zero bytes after the last one.
///
/// Takes about 110 KiB, however much comes out.
struct Inflater: ~Copyable {
    /// zlib keeps a pointer to this, so it must stay where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer
    private var isInMember = true
    /// How many bytes of gzip data have been read.
    private(set) var bytesRead = 0

    init() throws(CacheError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(byteCount: 1 << 16, alignment: 16)
        // 15 is the largest window; 16 more ask for gzip.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw CacheError(.invalidTrace, "zlib cannot be used: error \(status)")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Unpacks one more piece of data.
    ///
    /// - Parameter sink: Takes what comes out, piece by piece; it returns whether it wants more.
    mutating func append(
        _ input: UnsafeRawBufferPointer,
        into sink: (UnsafeRawBufferPointer) throws(CacheError) -> Bool
    ) throws(CacheError) {
        var rest = input[...]
        while !rest.isEmpty {
            if !isInMember {
                let padding = rest.prefix { $0 == 0 }.count
                bytesRead += padding
                rest = rest.dropFirst(padding)
                guard !rest.isEmpty else { return }
                inflateReset(stream)
                isInMember = true
            }
            // zlib counts in 32 bits.
            let piece = rest.prefix(1 << 30)
            let (used, wantsMore) = try inflate(UnsafeRawBufferPointer(rebasing: piece), into: sink)
            guard wantsMore else { return }
            rest = rest.dropFirst(used)
        }
    }

    /// Checks that the data did not end in the middle.
    func finish() throws(CacheError) {
        guard !isInMember else {
            throw CacheError(.invalidTrace, "the gzip data breaks off after \(bytesRead) bytes")
        }
    }

    /// Unpacks until the input or the member ends, and tells how much of the input that took.
    private mutating func inflate(
        _ input: UnsafeRawBufferPointer,
        into sink: (UnsafeRawBufferPointer) throws(CacheError) -> Bool
    ) throws(CacheError) -> (used: Int, wantsMore: Bool) {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        defer {
            stream.pointee.next_in = nil
            stream.pointee.avail_in = 0
        }
        var isFull = false
        repeat {
            stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            let before = stream.pointee.avail_in
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            bytesRead += Int(before - stream.pointee.avail_in)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
                throw CacheError(.invalidTrace, "the gzip data is damaged at byte \(bytesRead): \(reason)")
            }
            let unpacked = output.count - Int(stream.pointee.avail_out)
            isFull = unpacked == output.count
            if unpacked > 0, !(try sink(UnsafeRawBufferPointer(start: output.baseAddress, count: unpacked))) {
                return (input.count, false)
            }
            if status == Z_STREAM_END {
                isInMember = false
                break
            }
        } while stream.pointee.avail_in > 0 || isFull
        return (input.count - Int(stream.pointee.avail_in), true)
    }
}
