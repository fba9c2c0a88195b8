// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
@testable import R3MESService

extension SeededGenerator {
    mutating func wallet() throws -> WalletAddress {
        try WalletAddress(payload: bytes(count: WalletAddress.payloadLength))
    }

    /// A text with a few of its bytes changed, removed or doubled.
    mutating func mutation(of text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<3, using: &self) {
            case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &self)
            case 1: bytes.remove(at: index)
            default: bytes.insert(bytes[index], at: index)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
