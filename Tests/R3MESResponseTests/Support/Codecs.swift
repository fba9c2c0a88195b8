// SPDX-License-Identifier: Apache-2.0

import NIOCore

@testable import R3MESResponse

/// Whole bodies, packed and unpacked.
enum Codecs {
    static func encode(_ bytes: [UInt8], _ coding: ContentCoding, level: Int = 3) throws -> [UInt8] {
        Array(try ByteBuffer(bytes: bytes).encoded(coding, level: level).readableBytesView)
    }

    /// Unpacks what can be unpacked of the beginning of a body, or of all of it.
    static func decode(_ bytes: [UInt8], _ coding: ContentCoding, isWhole: Bool = true) throws -> [UInt8] {
        guard let decoder = try coding.makeDecoder() else { return bytes }
        var input = ByteBuffer(bytes: bytes)
        var output: [UInt8] = []
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
        defer { space.deallocate() }
        var count = 0
        repeat {
            let before = input.readableBytes
            count = try decoder.decode(&input, into: space)
            output += Array(space.prefix(count))
            if count == 0, input.readableBytes == before { break }
        } while input.readableBytes > 0 || count > 0
        if isWhole, !decoder.isFinished { throw ResponseError(.malformedBody, "breaks off") }
        return output
    }
}
