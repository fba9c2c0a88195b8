// SPDX-License-Identifier: Apache-2.0

/// The Bech32 text form of BIP-173, for any prefix.
///
/// A text is a prefix, the separator `1`, and characters of five bits each, the last six of which are a checksum that
/// finds every change of up to four characters. Bech32m (BIP-350) is another encoding and not read here.
enum Bech32 {
    /// The longest text that the checksum is good for, in characters.
    static let maximumLength = 90

    /// The characters at the end that are checksum.
    static let checksumLength = 6

    /// The character of each five-bit value, in ASCII.
    static let characters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// What ``values`` holds for a byte outside the alphabet.
    static let noValue: UInt8 = 0xFF

    /// The five-bit value of each byte, in either case, or ``noValue``.
    static let values: [UInt8] = {
        var table = [UInt8](repeating: noValue, count: 256)
        for (value, character) in zip(UInt8.min..., characters) {
            table[Int(character)] = value
            if character.isLowerCaseLetter {
                table[Int(character & ~0x20)] = value
            }
        }
        return table
    }()
}

extension Bech32 {
    /// The running checksum: the remainder of a BCH code over GF(32).
    struct Checksum {
        /// The remainder, whose start value 1 makes leading zeros count.
        private(set) var remainder: UInt32 = 1

        /// Begins with a prefix, given in lower case.
        init(prefix: String) {
            for byte in prefix.utf8 { absorb(byte >> 5) }
            absorb(0)
            for byte in prefix.utf8 { absorb(byte & 31) }
        }

        /// Takes in the next five bits.
        mutating func absorb(_ value: UInt8) {
            let top = remainder >> 25
            remainder = ((remainder & 0x1FF_FFFF) << 5) ^ UInt32(value)
            remainder ^= 0x3B6A_57B2 & (0 &- (top & 1))
            remainder ^= 0x2650_8E6D & (0 &- (top >> 1 & 1))
            remainder ^= 0x1EA1_19FA & (0 &- (top >> 2 & 1))
            remainder ^= 0x3D42_33DD & (0 &- (top >> 3 & 1))
            remainder ^= 0x2A14_62B3 & (0 &- (top >> 4 & 1))
        }

        /// Whether the six characters at the end were the checksum of all before them.
        var isSatisfied: Bool { remainder == 1 }

        /// The six values that complete a text.
        consuming func completion() -> UInt32 {
            for _ in 0..<checksumLength { absorb(0) }
            return remainder ^ 1
        }
    }
}

extension Bech32 {
    /// The text of five-bit values under a prefix.
    ///
    /// - Parameters:
    ///   - prefix: The human-readable part: 1 to 83 lower-case ASCII characters, which is not checked.
    ///   - values: The data. Of each value only the lower five bits count.
    static func encode(prefix: String, values: some Collection<UInt8>) -> String {
        let length = prefix.utf8.count + 1 + values.count + checksumLength
        return String(unsafeUninitializedCapacity: length) { buffer in
            var end = 0
            func append(_ byte: UInt8) {
                buffer[end] = byte
                end += 1
            }
            for byte in prefix.utf8 { append(byte) }
            append(UInt8(ascii: "1"))
            var checksum = Checksum(prefix: prefix)
            for value in values {
                checksum.absorb(value & 31)
                append(characters[Int(value & 31)])
            }
            let completion = checksum.completion()
            for shift in stride(from: 25, through: 0, by: -5) {
                append(characters[Int(completion >> shift & 31)])
            }
            return end
        }
    }
}

extension UInt8 {
    /// Whether this is one of the ASCII letters a to z.
    fileprivate var isLowerCaseLetter: Bool {
        self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z")
    }
}
