// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
@testable import R3MESService

extension SeededGenerator {
    mutating func wallet() throws -> WalletAddress {
        try WalletAddress(payload: bytes(count: WalletAddress.payloadLength))
    }

    /// Text from an alphabet, or random bytes read as UTF-8.
    mutating func text(of alphabet: String, maximumLength: Int) -> String {
        let length = Int.random(in: 0...maximumLength, using: &self)
        guard Int.random(in: 0..<4, using: &self) > 0 else {
            return String(decoding: bytes(count: length), as: UTF8.self)
        }
        let characters = Array(alphabet)
        return String((0..<length).compactMap { _ in characters.randomElement(using: &self) })
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
