// SPDX-License-Identifier: Apache-2.0

/// A check of one wallet's ledger: give it every entry in order of number, then the stored balance.
///
/// It remembers the sum and the first thing that is wrong, so that a ledger of any length is audited in constant memory.
public struct LedgerAudit: Sendable {
    /// The wallet whose ledger this is.
    public let wallet: WalletAddress

    /// How many entries were taken in.
    public private(set) var entryCount = 0

    /// The sum of the entries up to the first one that is wrong.
    public private(set) var sum = Balance.zero

    private var lastID: Int64?
    private var firstDiscrepancy: Discrepancy?

    /// Begins with an empty ledger.
    public init(wallet: WalletAddress) {
        self.wallet = wallet
    }

    /// Takes the next entry in.
    public mutating func add(_ entry: LedgerEntry) {
        entryCount += 1
        guard firstDiscrepancy == nil else { return }
        if let fault = fault(in: entry) {
            firstDiscrepancy = Discrepancy(entryID: entry.id, fault: fault)
            return
        }
        lastID = entry.id
    }

    /// The first thing that is wrong, the stored balance being looked at last; nil if all agrees.
    public func discrepancy(stored balance: Credits) -> Discrepancy? {
        if let firstDiscrepancy { return firstDiscrepancy }
        guard sum.credits != balance else { return nil }
        return Discrepancy(entryID: nil, fault: .balance(expected: sum.credits, stored: balance))
    }

    /// Moves ``sum`` on by an entry in which nothing is wrong.
    private mutating func fault(in entry: LedgerEntry) -> Discrepancy.Fault? {
        let posting = entry.posting
        guard posting.wallet == wallet else { return .foreignWallet }
        guard lastID.map({ $0 < entry.id }) ?? true else { return .order }
        guard posting.amount != .zero, posting.kind.isIncoming == (posting.amount > .zero) else { return .sign }
        guard let next = try? sum.applying(posting.amount) else { return .range }
        guard next.credits == posting.balanceAfter else {
            return .runningBalance(expected: next.credits, stored: posting.balanceAfter)
        }
        sum = next
        return nil
    }
}

extension LedgerAudit {
    /// Where a ledger does not add up.
    public struct Discrepancy: Hashable, Sendable {
        /// The entry that is wrong; nil if it is the stored balance.
        public let entryID: Int64?
        /// What is wrong.
        public let fault: Fault

        /// What can be wrong.
        public enum Fault: Hashable, Sendable {
            /// The entry belongs to another wallet.
            case foreignWallet
            /// The wallet of the entry is not registered.
            case unregistered
            /// The number of the entry is not above the one before.
            case order
            /// The amount is zero or has the sign of another kind.
            case sign
            /// The entry takes the balance below zero or out of range.
            case range
            /// The balance written into the entry is not the sum of the entries so far.
            case runningBalance(expected: Credits, stored: Credits)
            /// The balance of the wallet is not the sum of all entries.
            case balance(expected: Credits, stored: Credits)
        }
    }
}

extension LedgerAudit.Discrepancy: CustomStringConvertible {
    /// What is wrong and where, for operators.
    public var description: String {
        let place = entryID.map { "entry \($0): " } ?? ""
        switch fault {
        case .foreignWallet: return place + "belongs to another wallet"
        case .unregistered: return place + "the wallet is not registered"
        case .order: return place + "out of order"
        case .sign: return place + "the amount does not have the sign of its kind"
        case .range: return place + "the balance would leave its range"
        case .runningBalance(let expected, let stored):
            return place + "the balance after it should be \(expected), and is \(stored)"
        case .balance(let expected, let stored):
            return place + "the entries add up to \(expected), and the stored balance is \(stored)"
        }
    }
}
