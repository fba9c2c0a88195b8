// SPDX-License-Identifier: Apache-2.0

extension SeededGenerator {
    /// So many random bytes.
    public mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// A number of any size: small ones, powers of two and the ends of the range come as often as large ones.
    public mutating func int64() -> Int64 {
        let magnitude = Int64(truncatingIfNeeded: next()) >> Int64.random(in: 0...63, using: &self)
        return [magnitude, magnitude, magnitude, .max, .min, 0].randomElement(using: &self) ?? magnitude
    }

    /// Text from an alphabet, or random bytes read as UTF-8.
    public mutating func text(of alphabet: String, maximumLength: Int) -> String {
        let length = Int.random(in: 0...maximumLength, using: &self)
        guard Int.random(in: 0..<4, using: &self) > 0 else {
            return String(decoding: bytes(count: length), as: UTF8.self)
        }
        let characters = Array(alphabet)
        return String((0..<length).compactMap { _ in characters.randomElement(using: &self) })
    }
}
