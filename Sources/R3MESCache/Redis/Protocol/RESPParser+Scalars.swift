// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension RESPParser {
    /// The value that a line alone makes.
    func scalar(_ line: RESPLine) throws(RESPParseError) -> RESPValue {
        switch line.type {
        case UInt8(ascii: "+"):
            return .simpleString(take(at: buffer.readerIndex + 1, line.count))
        case UInt8(ascii: "-"):
            return .error(RESPError(text(line)))
        case UInt8(ascii: ":"):
            return .integer(try integer(line))
        case UInt8(ascii: "_"):
            guard line.count == 0 else { throw .missingTerminator }
            return .null
        case UInt8(ascii: "#"):
            switch (line.count, buffer.getInteger(at: buffer.readerIndex + 1, as: UInt8.self)) {
            case (1, UInt8(ascii: "t")): return .boolean(true)
            case (1, UInt8(ascii: "f")): return .boolean(false)
            default: throw .malformedBoolean
            }
        case UInt8(ascii: ","):
            return .double(try double(line))
        case UInt8(ascii: "("):
            return .bigNumber(try bigNumber(line))
        default:
            throw .unknownType
        }
    }

    /// A signed 64-bit number in decimal; `?` in its place announces a stream.
    func integer(_ line: RESPLine) throws(RESPParseError) -> Int64 {
        let bytes = buffer.readableBytesUInt8Span
        let end = line.count + 1
        guard end > 1 else { throw .malformedNumber }
        if bytes[1] == UInt8(ascii: "?") { throw .streamedAggregate }
        let isNegative = bytes[1] == UInt8(ascii: "-")
        var index = isNegative || bytes[1] == UInt8(ascii: "+") ? 2 : 1
        guard index < end else { throw .malformedNumber }
        // Counts downwards, since there is one more negative number than there are positive ones.
        var number: Int64 = 0
        while index < end {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { throw .malformedNumber }
            let (product, overflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = product.subtractingReportingOverflow(Int64(digit))
            guard !overflows, !overflowsToo else { throw .malformedNumber }
            number = sum
            index += 1
        }
        guard !isNegative else { return number }
        guard number != .min else { throw .malformedNumber }
        return -number
    }

    private func double(_ line: RESPLine) throws(RESPParseError) -> Double {
        let text = text(line)
        switch text {
        case "inf", "+inf": return .infinity
        case "-inf": return -.infinity
        case "nan", "-nan": return .nan
        default:
            // The initializer alone would read hexadecimal numbers and names too.
            let isDecimal = text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
                    UInt8(ascii: "+"), UInt8(ascii: "-"):
                    true
                default:
                    false
                }
            }
            guard isDecimal, let number = Double(text) else { throw .malformedNumber }
            return number
        }
    }

    private func bigNumber(_ line: RESPLine) throws(RESPParseError) -> ByteBuffer {
        let bytes = buffer.readableBytesUInt8Span
        let hasSign = line.count > 0 && (bytes[1] == UInt8(ascii: "-") || bytes[1] == UInt8(ascii: "+"))
        let first = hasSign ? 2 : 1
        guard first <= line.count else { throw .malformedNumber }
        for index in first...line.count where bytes[index] &- UInt8(ascii: "0") > 9 {
            throw .malformedNumber
        }
        return take(at: buffer.readerIndex + 1, line.count)
    }

    private func text(_ line: RESPLine) -> String {
        buffer.getString(at: buffer.readerIndex + 1, length: line.count) ?? ""
    }
}
