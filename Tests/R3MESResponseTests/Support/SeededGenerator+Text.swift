// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport

extension SeededGenerator {
    /// Text of all kinds of characters, those that JSON escapes among them.
    mutating func unicodeText(maximumLength: Int = 40) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x20...0x7F, 0x22...0x22, 0x5C...0x5C, 0x80...0x9F, 0x300...0x36F, 0x2028...0x202F,
            0xFDD0...0xFFFF, 0x1F1E6...0x1F1FF, 0xE000...0xF8FF, 0x10000...0x10FFFF,
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...maximumLength, using: &self) {
            let range = Int.random(in: 0..<3, using: &self) == 0 ? ranges.randomElement(using: &self) : ranges[1]
            let value = UInt32.random(in: range ?? ranges[0], using: &self)
            scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
        return String(scalars)
    }

    /// Bytes that pack well, with some that don't.
    mutating func packable(maximumCount: Int) -> [UInt8] {
        var result: [UInt8] = []
        let count = Int.random(in: 0...maximumCount, using: &self)
        while result.count < count {
            if Bool.random(using: &self) {
                result += Array(#"{"wallet_address":"remes1abc","credits":"12.5"}"#.utf8)
            } else {
                result += bytes(count: Int.random(in: 0...30, using: &self))
            }
        }
        return result
    }
}
