// SPDX-License-Identifier: Apache-2.0

/// An exact decimal number of any size, kept as the text that a database has for it.
///
/// It carries numbers unharmed, trailing zeros included; it does not calculate. Two decimals are equal if they have the
/// same digits: 1.5 is not 1.50.
public struct SQLDecimal: Hashable, Sendable {
    /// The number: a sign if negative, digits, and after a point more digits; or `NaN`, `Infinity`, `-Infinity`.
    public let text: String

    /// Not a number.
    public static let nan = SQLDecimal(trusted: "NaN")
    /// More than every number; PostgreSQL has it from version 14.
    public static let infinity = SQLDecimal(trusted: "Infinity")
    /// Less than every number; PostgreSQL has it from version 14.
    public static let negativeInfinity = SQLDecimal(trusted: "-Infinity")

    init(trusted text: String) {
        self.text = text
    }

    /// Makes a decimal of a whole number.
    public init(_ number: some BinaryInteger) {
        text = number.description
    }

    /// Makes a decimal of its text, such as `-12.50`; nil if that is no number.
    ///
    /// Exponents are not taken.
    public init?(_ text: String) {
        switch text {
        case Self.nan.text, Self.infinity.text, Self.negativeInfinity.text:
            self.text = text
            return
        default:
            break
        }
        var rest = Substring(text).utf8
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") {
            rest = rest.dropFirst()
        }
        let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "".utf8[...]
        guard parts[0].count + fraction.count > 0, parts[0].allSatisfy(\.isDigit), fraction.allSatisfy(\.isDigit) else {
            return nil
        }
        let whole = parts[0].drop { $0 == UInt8(ascii: "0") }
        let isZero = whole.isEmpty && fraction.allSatisfy { $0 == UInt8(ascii: "0") }
        self.text =
            (isNegative && !isZero ? "-" : "")
            + (whole.isEmpty ? "0" : String(Substring(whole)))
            + (fraction.isEmpty ? "" : "." + String(Substring(fraction)))
    }
}

extension SQLDecimal: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}

extension SQLDecimal: ExpressibleByIntegerLiteral {
    /// Makes a decimal of a whole number.
    public init(integerLiteral value: Int64) {
        self.init(value)
    }
}

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
