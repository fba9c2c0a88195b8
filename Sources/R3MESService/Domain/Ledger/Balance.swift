// SPDX-License-Identifier: Apache-2.0

/// The credits that a wallet has, which are never below zero.
public struct Balance: Hashable, Sendable {
    /// The amount.
    public let credits: Credits

    /// No credits.
    public static let zero = Self(unchecked: .zero)

    /// Takes a stored balance in.
    ///
    /// - Throws: `ledgerBroken` if it is below zero.
    public init(_ stored: Credits) throws(ServiceError) {
        guard stored >= .zero else { throw ServiceError(.ledgerBroken, context: ["balance": stored.description]) }
        credits = stored
    }

    private init(unchecked credits: Credits) {
        self.credits = credits
    }

    /// The balance after so much has come, or gone if the amount is negative.
    ///
    /// - Throws: `creditsInsufficient` if it would fall below zero, `balanceOverflow` if it would leave the range.
    public func applying(_ amount: Credits) throws(ServiceError) -> Self {
        let (sum, overflow) = credits.millionths.addingReportingOverflow(amount.millionths)
        // A balance is not negative, so that only an addition can overflow.
        guard !overflow else { throw ServiceError(.balanceOverflow) }
        guard sum >= 0 else { throw ServiceError(.creditsInsufficient) }
        return Self(unchecked: Credits(millionths: sum))
    }
}
