// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Where the first unread line of a buffer is: a type byte, `count` bytes, CR and LF.
struct RESPLine: Sendable {
    enum Search {
        case found(RESPLine)
        /// So many bytes after the type hold no end of the line.
        case missing(scanned: Int)
    }

    let type: UInt8
    let count: Int

    /// Looks for the end of the line, `scanned` bytes after its type.
    ///
    /// Byte by byte, so that the first thing wrong is the same however the line is cut.
    static func find(in buffer: ByteBuffer, from scanned: Int, limit: Int) throws(RESPParseError) -> Search {
        let bytes = buffer.readableBytesUInt8Span
        guard bytes.count > 0 else { return .missing(scanned: 0) }
        let type = bytes[0]
        guard isKnown(type) else {
            throw type == UInt8(ascii: ";") || type == UInt8(ascii: ".") ? .streamedAggregate : .unknownType
        }
        var index = 1 + scanned
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\r") {
                guard index + 1 < bytes.count else { break }
                guard bytes[index + 1] == UInt8(ascii: "\n") else { throw .malformedLine }
                return .found(RESPLine(type: type, count: index - 1))
            }
            guard byte != UInt8(ascii: "\n") else { throw .malformedLine }
            guard index <= limit else { throw .lineTooLong }
            index += 1
        }
        return .missing(scanned: index - 1)
    }

    private static func isKnown(_ type: UInt8) -> Bool {
        switch type {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "*"),
            UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "="),
            UInt8(ascii: "("), UInt8(ascii: "%"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "|"):
            true
        default:
            false
        }
    }
}

/// The head of a bulk string whose payload is still to be read.
struct RESPBulk: Sendable {
    let type: UInt8
    let length: Int
}
