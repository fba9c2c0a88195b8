// SPDX-License-Identifier: Apache-2.0

extension SQLDecimal {
    /// The number without its fraction, if that is zero and the number fits 64 bits.
    public var integer: Int64? {
        guard let point = text.firstIndex(of: ".") else {
            return Int64(text)
        }
        guard text[point...].dropFirst().allSatisfy({ $0 == "0" }) else {
            return nil
        }
        return Int64(text[..<point])
    }

    /// The nearest double.
    public var double: Double? {
        switch self {
        case .nan: .nan
        case .infinity: .infinity
        case .negativeInfinity: -.infinity
        default: Double(text)
        }
    }
}
