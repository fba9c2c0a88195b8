// SPDX-License-Identifier: Apache-2.0

// Positions in bytes, big-endian, as they travel in a cursor.

extension UserQuery.Position {
    var bytes: [UInt8] {
        switch self {
        case .value(let value, let number): value.bigEndianBytes + number.bigEndianBytes
        case .wallet(let wallet): wallet.payload
        }
    }

    init(bytes: [UInt8], key: UserQuery.Key) throws(ServiceError) {
        if key == .wallet {
            self = .wallet(try WalletAddress(payload: bytes))
            return
        }
        guard
            let value = Int64(bigEndianBytes: bytes.prefix(8)),
            let number = Int64(bigEndianBytes: bytes.dropFirst(8))
        else {
            throw ServiceError(.cursorInvalid)
        }
        self = .value(value, number: number)
    }
}

extension Int64 {
    var bigEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) }
    }

    /// Nil unless there are exactly eight bytes.
    init?(bigEndianBytes bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}

extension UserQuery {
    /// The list that a cursor is bound to: two queries have the same text only if they select and order alike.
    var listName: String {
        "users|\(key.rawValue)|\(isDescending)|\(isMiner.map(String.init) ?? "")|"
            + "\(minimumCredits?.description ?? "")|\(createdAfter?.description ?? "")"
    }
}
