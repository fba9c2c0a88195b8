// SPDX-License-Identifier: Apache-2.0

extension Timestamp: CustomStringConvertible {
    /// The moment in RFC 3339 form, in UTC and with six decimals: `2026-01-02T03:04:05.000006Z`.
    ///
    /// All texts have 27 characters, and their order is the order of the moments.
    public var description: String {
        let microsecondsPerDay = Self.secondsPerDay * Self.microsecondsPerSecond
        let (days, inDay) = microseconds.flooredQuotientAndRemainder(by: microsecondsPerDay)
        let date = CivilDate(daysSinceEpoch: days)
        let (second, fraction) = inDay.quotientAndRemainder(dividingBy: Self.microsecondsPerSecond)
        return String(unsafeUninitializedCapacity: 27) { buffer in
            var end = 0
            func append(_ number: Int64, digits: Int, then separator: Unicode.Scalar) {
                var rest = number
                for index in stride(from: end + digits - 1, through: end, by: -1) {
                    buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                buffer[end + digits] = UInt8(ascii: separator)
                end += digits + 1
            }
            append(date.year, digits: 4, then: "-")
            append(date.month, digits: 2, then: "-")
            append(date.day, digits: 2, then: "T")
            append(second / 3600, digits: 2, then: ":")
            append(second / 60 % 60, digits: 2, then: ":")
            append(second % 60, digits: 2, then: ".")
            append(fraction, digits: 6, then: "Z")
            return end
        }
    }
}

extension Timestamp {
    /// The longest text that is read, in bytes.
    static let maximumTextLength = 64

    /// Reads a moment in RFC 3339 form, such as `2026-01-02T03:04:05.5+01:00`.
    ///
    /// Digits of the fraction beyond the sixth are cut off. A leap second, which can only stand at the end of a month in
    /// UTC, is read as the second after it.
    ///
    /// - Throws: `timestampMalformed` for another form, for a day or time that does not exist, and outside the years 1 to 9999.
    public init(_ text: some StringProtocol) throws(ServiceError) {
        guard text.utf8.count <= Self.maximumTextLength, let moment = Self.parse(Array(text.utf8)) else {
            throw ServiceError(
                .timestampMalformed,
                "A time is given as in 2026-01-02T03:04:05.678Z, within the years 1 to 9999."
            )
        }
        self = moment
    }

    private static func parse(_ text: [UInt8]) -> Self? {
        var reader = Reader(rest: text[...])
        guard
            let year = reader.number(digits: 4), reader.skip("-"),
            let month = reader.number(digits: 2), reader.skip("-"),
            let day = reader.number(digits: 2), reader.skip("T") || reader.skip("t"),
            let hour = reader.number(digits: 2), hour < 24, reader.skip(":"),
            let minute = reader.number(digits: 2), minute < 60, reader.skip(":"),
            let second = reader.number(digits: 2), second <= 60,
            let fraction = reader.fraction(),
            let offset = reader.offset(),
            reader.rest.isEmpty
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid else { return nil }
        // At most four digits of year: nothing here comes near overflow.
        let seconds = date.daysSinceEpoch * secondsPerDay + hour * 3600 + minute * 60 + second - offset
        if second == 60 {
            let (days, inDay) = seconds.flooredQuotientAndRemainder(by: secondsPerDay)
            guard inDay == 0, CivilDate(daysSinceEpoch: days).day == 1 else { return nil }
        }
        let microseconds = seconds * microsecondsPerSecond + fraction
        return range.contains(microseconds) ? Self(microseconds: microseconds) : nil
    }

    /// Takes the parts of a moment off the front of a text.
    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func digit() -> Int64? {
            guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            rest.removeFirst()
            return Int64(byte - UInt8(ascii: "0"))
        }

        mutating func number(digits: Int) -> Int64? {
            var number: Int64 = 0
            for _ in 0..<digits {
                guard let digit = digit() else { return nil }
                number = number * 10 + digit
            }
            return number
        }

        /// The microseconds after the point; none without a point.
        mutating func fraction() -> Int64? {
            guard skip(".") else { return 0 }
            guard var fraction = digit() else { return nil }
            var places = 1
            while let digit = digit() {
                if places < 6 {
                    fraction = fraction * 10 + digit
                    places += 1
                }
            }
            for _ in places..<6 { fraction *= 10 }
            return fraction
        }

        /// The seconds by which local time is ahead of UTC.
        mutating func offset() -> Int64? {
            if skip("Z") || skip("z") { return 0 }
            let sign: Int64
            if skip("+") {
                sign = 1
            } else if skip("-") {
                sign = -1
            } else {
                return nil
            }
            guard let hours = number(digits: 2), hours < 24, skip(":"), let minutes = number(digits: 2), minutes < 60
            else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}

extension Int64 {
    /// Quotient and remainder of a division whose remainder is never negative.
    fileprivate func flooredQuotientAndRemainder(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
