// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import R3MESService

extension WalletAddress {
    /// The wallet with a number: the same one in every run, in no particular order.
    static func numbered(_ number: Int) throws -> WalletAddress {
        var generator = SeededGenerator(seed: UInt64(bitPattern: Int64(number)))
        let bytes = (0..<payloadLength).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        return try WalletAddress(payload: bytes)
    }

    /// The texts of the first wallets.
    static func numbered(_ numbers: Range<Int>) throws -> [String] {
        try numbers.map { try numbered($0).description }
    }
}
