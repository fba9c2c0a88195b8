// SPDX-License-Identifier: Apache-2.0

extension Credits {
    /// The longest text that is read, in bytes.
    ///
    /// The longest that ``description`` makes has 21.
    static let maximumTextLength = 40

    /// Reads an exact decimal such as `12.5` or `-0.000001`.
    ///
    /// Digits, then optionally a point and one to six more; a leading `-` is allowed, and so are leading zeros. There is
    /// no exponent, no `+`, no space, no grouping, and no point without a digit on both sides.
    ///
    /// - Throws: `creditsMalformed` for another form, `creditsOverflow` for an amount out of range.
    public init(_ text: some StringProtocol) throws(ServiceError) {
        guard text.utf8.count <= Self.maximumTextLength, let decimal = Decimal(text.utf8) else {
            throw ServiceError(
                .creditsMalformed,
                "An amount is a decimal such as 12.5, with at most \(Self.places) places and no exponent."
            )
        }
        guard let millionths = decimal.millionths else { throw .creditsOutOfRange() }
        self.init(millionths: millionths)
    }
}

extension Credits: CustomStringConvertible {
    /// The shortest exact decimal, which ``init(_:)`` reads back: `12.5`, `0`, `-0.000001`.
    public var description: String {
        let (whole, fraction) = millionths.magnitude.quotientAndRemainder(dividingBy: Self.scale)
        let sign = millionths < 0 ? "-" : ""
        guard fraction > 0 else { return "\(sign)\(whole)" }
        let digits = String(fraction)
        let leadingZeros = String(repeating: "0", count: Self.places - digits.utf8.count)
        let end = digits.lastIndex { $0 != "0" } ?? digits.startIndex
        return "\(sign)\(whole).\(leadingZeros)\(digits[...end])"
    }
}

extension Credits {
    /// A decimal of the right form, not yet known to be in range.
    private struct Decimal {
        var isNegative = false
        var magnitude: UInt64 = 0
        var isTooLarge = false
        var places = 0

        /// Reads the whole text, or gives nil if its form is not that of an amount.
        init?(_ text: some Collection<UInt8>) {
            var digitsSincePoint = 0
            var hasPoint = false
            for (offset, byte) in text.enumerated() {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    append(digit: UInt64(byte - UInt8(ascii: "0")))
                    digitsSincePoint += 1
                case UInt8(ascii: "-") where offset == 0:
                    isNegative = true
                case UInt8(ascii: ".") where !hasPoint && digitsSincePoint > 0:
                    hasPoint = true
                    digitsSincePoint = 0
                default:
                    return nil
                }
            }
            places = hasPoint ? digitsSincePoint : 0
            guard digitsSincePoint > 0, places <= Credits.places else { return nil }
        }

        private mutating func append(digit: UInt64) {
            let product = magnitude.multipliedReportingOverflow(by: 10)
            let sum = product.partialValue.addingReportingOverflow(digit)
            magnitude = sum.partialValue
            isTooLarge = isTooLarge || product.overflow || sum.overflow
        }

        /// The value, or nil beyond 64 bits.
        var millionths: Int64? {
            var scaled = self
            for _ in places..<Credits.places { scaled.append(digit: 0) }
            guard !scaled.isTooLarge else { return nil }
            guard isNegative else { return Int64(exactly: scaled.magnitude) }
            // The magnitude of the smallest amount has no positive counterpart.
            return scaled.magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- scaled.magnitude) : nil
        }
    }
}
