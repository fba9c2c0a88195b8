// SPDX-License-Identifier: Apache-2.0

/// PostgreSQL's binary format of `numeric` (`numeric_send` in `src/backend/utils/adt/numeric.c`): the number of digits,
/// the weight of the first, the sign and the scale as 16-bit integers, then digits to the base 10,000.
enum BinaryNumeric {
    private static let negative: UInt16 = 0x4000
    private static let nan: UInt16 = 0xC000
    private static let infinity: UInt16 = 0xD000
    private static let negativeInfinity: UInt16 = 0xF000
    private static let headerSize = 8

    /// The number, with as many digits after the point as its scale says; nil if the bytes are not in the format.
    static func decimal(of bytes: UnsafeRawBufferPointer) -> SQLDecimal? {
        guard bytes.count >= headerSize else {
            return nil
        }
        func word(_ index: Int) -> UInt16 {
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        }
        let digitCount = Int(word(0))
        let weight = Int(Int16(bitPattern: word(1)))
        let sign = word(2)
        let scale = Int(word(3))
        switch sign {
        case nan: return .nan
        case infinity: return .infinity
        case negativeInfinity: return .negativeInfinity
        case 0, negative: break
        default: return nil
        }
        guard bytes.count == headerSize + 2 * digitCount, (0..<digitCount).allSatisfy({ word(4 + $0) < 10_000 }) else {
            return nil
        }
        /// The digits with a weight, four decimal ones; zeros where none were sent.
        func digits(weight digitWeight: Int) -> Int {
            let index = weight - digitWeight
            return (0..<digitCount).contains(index) ? Int(word(4 + index)) : 0
        }
        var text = sign == negative ? "-" : ""
        text += String(weight >= 0 ? digits(weight: weight) : 0)
        for digitWeight in stride(from: weight - 1, through: 0, by: -1) {
            text += fourDigits(digits(weight: digitWeight))
        }
        if scale > 0 {
            text += "."
            var digitWeight = -1
            for remaining in stride(from: scale, to: 0, by: -4) {
                text += fourDigits(digits(weight: digitWeight)).prefix(remaining)
                digitWeight -= 1
            }
        }
        return SQLDecimal(trusted: text)
    }

    private static func fourDigits(_ number: Int) -> String {
        String(String(10_000 + number).dropFirst())
    }
}
