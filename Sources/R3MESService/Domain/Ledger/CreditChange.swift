// SPDX-License-Identifier: Apache-2.0

/// An order to give credits to a wallet, or to take some from it.
public struct CreditChange: Hashable, Sendable {
    /// How much to give; negative to take, and never zero.
    public let amount: Credits

    /// Why: 1 to 200 characters, none of them a control character.
    public let reason: String

    /// The longest reason, in Unicode code points.
    public static let maximumReasonLength = 200

    /// Makes an order.
    ///
    /// - Throws: `amountNotAllowed` for zero, `invalidFields` for the reason.
    public init(amount: Credits, reason: String) throws(ServiceError) {
        guard amount != .zero else { throw ServiceError(.amountNotAllowed, "A change of nothing is not entered.") }
        if let fault = TextRule(field: "reason", length: 1...Self.maximumReasonLength).fault(in: reason) {
            throw ServiceError(.invalidFields, fieldErrors: [fault])
        }
        self.amount = amount
        self.reason = reason
    }

    /// The posting that carries the order out.
    ///
    /// - Throws: `creditsInsufficient` or `balanceOverflow` if the balance does not allow it.
    public func posting(to wallet: WalletAddress, balance: Balance) throws(ServiceError) -> Posting {
        Posting(
            wallet: wallet,
            amount: amount,
            balanceAfter: try balance.applying(amount).credits,
            kind: amount > .zero ? .credit : .debit,
            reason: reason
        )
    }
}
