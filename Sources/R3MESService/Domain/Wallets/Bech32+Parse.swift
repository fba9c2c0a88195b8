// SPDX-License-Identifier: Apache-2.0

extension Bech32 {
    /// Why a text is not Bech32.
    ///
    /// Positions count characters from 1.
    enum Failure: Error, Hashable {
        /// More than ``maximumLength`` characters.
        case tooLong
        /// A character that cannot stand where it stands.
        case character(position: Int)
        /// The first letter whose case differs from the letters before it.
        case mixedCase(position: Int)
        /// There is no `1` between prefix and data.
        case noSeparator
        /// Nothing stands before the separator.
        case emptyPrefix
        /// Too few characters after the separator for a checksum.
        case tooShort
        /// The bits left over after the last whole byte are five or more, or not all zero.
        case padding
    }

    /// A text taken apart.
    struct Parts: Hashable {
        /// The human-readable part, in lower case.
        let prefix: String

        /// The five-bit values, without those of the checksum.
        let values: [UInt8]

        /// Whether the checksum matches.
        let hasValidChecksum: Bool
    }

    /// Takes a text apart; a wrong checksum is told in the result, all else that is wrong is thrown.
    static func parse(_ text: some StringProtocol) throws(Failure) -> Parts {
        // Bounds the work before any is done.
        guard text.utf8.count <= maximumLength else { throw .tooLong }
        let bytes = try lowercased(text.utf8)
        guard let separator = bytes.lastIndex(of: UInt8(ascii: "1")) else { throw .noSeparator }
        guard separator > 0 else { throw .emptyPrefix }
        let prefix = String(decoding: bytes[..<separator], as: UTF8.self)
        var checksum = Checksum(prefix: prefix)
        var values: [UInt8] = []
        for index in (separator + 1)..<bytes.count {
            let value = Self.values[Int(bytes[index])]
            guard value != noValue else { throw .character(position: index + 1) }
            checksum.absorb(value)
            values.append(value)
        }
        guard values.count >= checksumLength else { throw .tooShort }
        values.removeLast(checksumLength)
        return Parts(prefix: prefix, values: values, hasValidChecksum: checksum.isSatisfied)
    }

    /// The bytes in lower case, once each is known to be printable ASCII and all letters to be of one case.
    private static func lowercased(_ bytes: some Collection<UInt8>) throws(Failure) -> [UInt8] {
        var folded: [UInt8] = []
        folded.reserveCapacity(bytes.count)
        var seen: (lower: Bool, upper: Bool) = (false, false)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): seen.lower = true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): seen.upper = true
            case 33...126: break
            default: throw .character(position: folded.count + 1)
            }
            guard !(seen.lower && seen.upper) else { throw .mixedCase(position: folded.count + 1) }
            let isUpperCase = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            folded.append(isUpperCase ? byte | 0x20 : byte)
        }
        return folded
    }

    /// The bytes that five-bit values stand for, eight values to five bytes.
    static func bytes(of values: [UInt8]) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 5 / 8)
        var pending: UInt32 = 0
        var pendingBits = 0
        for value in values {
            pending = pending << 5 | UInt32(value & 31)
            pendingBits += 5
            if pendingBits >= 8 {
                pendingBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
                pending &= (1 << pendingBits) - 1
            }
        }
        guard pendingBits < 5, pending == 0 else { throw .padding }
        return bytes
    }
}
