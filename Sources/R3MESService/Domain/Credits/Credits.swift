// SPDX-License-Identifier: Apache-2.0

/// An amount of credits, exact to a millionth.
///
/// Kept as a 64-bit whole number of millionths; no floating point is involved anywhere. Amounts reach from
/// -9,223,372,036,854.775808 to 9,223,372,036,854.775807, and arithmetic that would leave this range throws.
public struct Credits: Hashable, Sendable {
    /// The amount in millionths of a credit.
    public let millionths: Int64

    /// Makes an amount from millionths of a credit.
    public init(millionths: Int64) {
        self.millionths = millionths
    }

    /// No credits.
    public static let zero = Self(millionths: 0)

    /// The largest amount.
    public static let max = Self(millionths: .max)

    /// The smallest amount, below zero.
    public static let min = Self(millionths: .min)

    /// Places after the decimal point.
    static let places = 6

    /// Millionths in one credit.
    static let scale: UInt64 = 1_000_000
}

extension Credits {
    /// The sum of both amounts.
    ///
    /// - Throws: `creditsOverflow` beyond the range.
    public func adding(_ other: Self) throws(ServiceError) -> Self {
        let (sum, overflow) = millionths.addingReportingOverflow(other.millionths)
        guard !overflow else { throw .creditsOutOfRange() }
        return Self(millionths: sum)
    }

    /// This amount less the other.
    ///
    /// - Throws: `creditsOverflow` beyond the range.
    public func subtracting(_ other: Self) throws(ServiceError) -> Self {
        let (difference, overflow) = millionths.subtractingReportingOverflow(other.millionths)
        guard !overflow else { throw .creditsOutOfRange() }
        return Self(millionths: difference)
    }

    /// The amount with the other sign.
    ///
    /// - Throws: `creditsOverflow` for ``min``, which has no counterpart.
    public func negated() throws(ServiceError) -> Self {
        try Self.zero.subtracting(self)
    }
}

extension Credits: Comparable {
    /// Orders amounts by value.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.millionths < rhs.millionths
    }
}

extension ServiceError {
    static func creditsOutOfRange(file: String = #fileID, line: Int = #line) -> Self {
        Self(.creditsOverflow, "Amounts reach from \(Credits.min) to \(Credits.max).", file: file, line: line)
    }
}
