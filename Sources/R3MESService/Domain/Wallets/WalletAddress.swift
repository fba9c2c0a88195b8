// SPDX-License-Identifier: Apache-2.0

/// The address of a wallet on the R3MES network: Bech32 (BIP-173) with prefix `remes` over a payload of 20 bytes.
///
/// Its text has 44 characters: `remes1`, 32 characters of payload and 6 of checksum. A value of this type is always a
/// valid address; it is kept in 24 bytes without a reference, so that copying, comparing and hashing are cheap.
public struct WalletAddress: Hashable, Sendable {
    /// The prefix of every address, without the separator.
    public static let prefix = "remes"

    /// The characters of an address in text form.
    public static let textLength = 44

    /// The bytes of the payload.
    public static let payloadLength = 20

    /// The five-bit characters of the payload.
    static let groupCount = 32

    /// The payload in the cut of its characters: twelve, twelve and eight groups of five bits, right-aligned.
    ///
    /// 60, 60 and 40 bits are the 20 bytes exactly; no group lies across two words, and nothing is padded.
    let words: (UInt64, UInt64, UInt64)

    init(words: (UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// Makes the address of a payload.
    ///
    /// - Throws: `walletLength` unless the payload has 20 bytes.
    public init(payload: some Collection<UInt8>) throws(ServiceError) {
        guard payload.count == Self.payloadLength else {
            throw ServiceError(.walletLength, "The payload of a wallet address has \(Self.payloadLength) bytes.")
        }
        var bits: (high: UInt64, middle: UInt64, low: UInt64) = (0, 0, 0)
        for byte in payload {
            bits.high = bits.high << 8 | bits.middle >> 56
            bits.middle = bits.middle << 8 | bits.low >> 24
            bits.low = (bits.low << 8 | UInt64(byte)) & 0xFFFF_FFFF
        }
        words = (
            bits.high >> 4,
            (bits.high & 0xF) << 56 | bits.middle >> 8,
            (bits.middle & 0xFF) << 32 | bits.low
        )
    }

    /// The 20 bytes that the address stands for.
    public var payload: [UInt8] {
        let high = words.0 << 4 | words.1 >> 56
        let middle = words.1 << 8 | words.2 >> 32
        return (0..<Self.payloadLength).map { index in
            switch index {
            case 0..<8: UInt8(truncatingIfNeeded: high >> (56 - 8 * index))
            case 8..<16: UInt8(truncatingIfNeeded: middle >> (120 - 8 * index))
            default: UInt8(truncatingIfNeeded: words.2 >> (152 - 8 * index))
            }
        }
    }

    /// The five bits of the payload's character at an index from 0 to 31.
    func group(at index: Int) -> UInt8 {
        switch index {
        case 0..<12: UInt8(truncatingIfNeeded: words.0 >> (55 - 5 * index)) & 31
        case 12..<24: UInt8(truncatingIfNeeded: words.1 >> (115 - 5 * index)) & 31
        default: UInt8(truncatingIfNeeded: words.2 >> (155 - 5 * index)) & 31
        }
    }

    /// Two addresses are equal when their payloads are.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.words == rhs.words
    }

    /// Hashes the payload.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}

extension WalletAddress: CustomStringConvertible {
    /// The address as text, in lower case.
    public var description: String {
        Bech32.encode(prefix: Self.prefix, values: (0..<Self.groupCount).lazy.map { group(at: $0) })
    }
}

extension WalletAddress: Comparable {
    /// Orders addresses as their texts are ordered byte by byte, which is how databases sort them.
    ///
    /// The Bech32 alphabet is not in ASCII order, so this is not the order of the payloads. Costs no text.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        let index: Int
        if lhs.words.0 != rhs.words.0 {
            index = ((lhs.words.0 ^ rhs.words.0).leadingZeroBitCount - 4) / 5
        } else if lhs.words.1 != rhs.words.1 {
            index = 12 + ((lhs.words.1 ^ rhs.words.1).leadingZeroBitCount - 4) / 5
        } else if lhs.words.2 != rhs.words.2 {
            index = 24 + ((lhs.words.2 ^ rhs.words.2).leadingZeroBitCount - 24) / 5
        } else {
            return false
        }
        return Bech32.characters[Int(lhs.group(at: index))] < Bech32.characters[Int(rhs.group(at: index))]
    }
}
