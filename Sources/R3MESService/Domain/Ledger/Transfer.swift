// SPDX-License-Identifier: Apache-2.0

/// An order to move credits from one wallet to another.
public struct Transfer: Hashable, Sendable {
    /// Who pays.
    public let sender: WalletAddress
    /// Who is paid.
    public let receiver: WalletAddress
    /// How much, more than zero.
    public let amount: Credits

    /// Makes an order.
    ///
    /// - Throws: `transferToSelf` if both wallets are the same, `amountNotAllowed` unless the amount is above zero.
    public init(from sender: WalletAddress, to receiver: WalletAddress, amount: Credits) throws(ServiceError) {
        guard sender != receiver else { throw ServiceError(.transferToSelf) }
        guard amount > .zero else { throw ServiceError(.amountNotAllowed, "Only more than zero can be transferred.") }
        self.sender = sender
        self.receiver = receiver
        self.amount = amount
    }

    /// The two postings that carry the order out; the ledger takes both or neither.
    ///
    /// - Throws: `creditsInsufficient` if the sender has too little, `balanceOverflow` if the receiver has too much.
    public func postings(
        id: String,
        senderBalance: Balance,
        receiverBalance: Balance
    ) throws(ServiceError) -> (outgoing: Posting, incoming: Posting) {
        // More than zero always has a counterpart below it.
        let debit = try amount.negated()
        let outgoing = Posting(
            wallet: sender,
            amount: debit,
            balanceAfter: try senderBalance.applying(debit).credits,
            kind: .transferOut,
            counterparty: receiver,
            transferID: id
        )
        let incoming = Posting(
            wallet: receiver,
            amount: amount,
            balanceAfter: try receiverBalance.applying(amount).credits,
            kind: .transferIn,
            counterparty: sender,
            transferID: id
        )
        return (outgoing, incoming)
    }
}
