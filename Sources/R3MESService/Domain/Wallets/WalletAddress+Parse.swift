// SPDX-License-Identifier: Apache-2.0

extension WalletAddress {
    /// Reads an address from its text, in lower or upper case throughout.
    ///
    /// A valid text costs one walk over its bytes and no allocation.
    ///
    /// - Throws: `walletMalformed`, `walletPrefix`, `walletMixedCase`, `walletCharacter`, `walletLength`,
    ///   `walletChecksum` or `walletPadding`, with the position of the fault where there is one.
    public init(_ text: some StringProtocol) throws(ServiceError) {
        guard let words = Self.words(in: text.utf8) else {
            throw Self.fault(in: text)
        }
        self.init(words: words)
    }

    /// The payload of a valid text, or nil for any other.
    private static func words(in text: some Collection<UInt8>) -> (UInt64, UInt64, UInt64)? {
        guard text.count == textLength else { return nil }
        var bytes = text.makeIterator()
        // Bit 0 for an upper-case letter seen, bit 1 for a lower-case one.
        var cases: UInt8 = 0
        func noteCase(_ byte: UInt8) {
            cases |= ((byte & 0x40) >> 6) << (byte >> 5 & 1)
        }
        for expected in prefix.utf8 {
            guard let byte = bytes.next(), byte | 0x20 == expected else { return nil }
            noteCase(byte)
        }
        guard bytes.next() == UInt8(ascii: "1") else { return nil }

        var checksum = prefixChecksum
        let values = Bech32.values
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var index = 0
        while let byte = bytes.next() {
            let value = values[Int(byte)]
            guard value != Bech32.noValue else { return nil }
            noteCase(byte)
            checksum.absorb(value)
            switch index {
            case 0..<12: words.0 = words.0 << 5 | UInt64(value)
            case 12..<24: words.1 = words.1 << 5 | UInt64(value)
            case 24..<32: words.2 = words.2 << 5 | UInt64(value)
            default: break
            }
            index += 1
        }
        return checksum.isSatisfied && cases != 3 ? words : nil
    }

    /// The state of the checksum behind `remes1`, the same for every address.
    private static let prefixChecksum = Bech32.Checksum(prefix: prefix)

    /// What is wrong with a text that ``words(in:)`` refused.
    ///
    /// Told in the order in which it helps: a foreign prefix before a wrong length, a wrong length before a wrong
    /// checksum, which it entails.
    private static func fault(in text: some StringProtocol) -> ServiceError {
        let parts: Bech32.Parts
        do {
            parts = try Bech32.parse(text)
        } catch {
            return ServiceError(error)
        }
        guard parts.prefix == prefix else {
            // The last `1` separates, so a `1` among the data moves what looks like the prefix.
            guard parts.prefix.hasPrefix(prefix + "1") else {
                return ServiceError(.walletPrefix, "A wallet address begins with \(prefix)1.")
            }
            return ServiceError(.character(position: parts.prefix.utf8.count + 1))
        }
        guard parts.values.count != groupCount else {
            return ServiceError(.walletChecksum, "The checksum does not match: look for a mistyped character.")
        }
        do throws(Bech32.Failure) {
            // Padding is only worth a word when the rest is as its maker wanted it.
            if parts.hasValidChecksum { _ = try Bech32.bytes(of: parts.values) }
        } catch {
            return ServiceError(error)
        }
        let length = text.utf8.count
        return ServiceError(.walletLength, "A wallet address has \(textLength) characters, this one \(length).")
    }
}

extension ServiceError {
    fileprivate init(_ failure: Bech32.Failure) {
        switch failure {
        case .tooLong:
            self.init(.walletLength, "A wallet address has \(WalletAddress.textLength) characters, this one far more.")
        case .tooShort:
            self.init(.walletLength, "A wallet address has \(WalletAddress.textLength) characters, this one far fewer.")
        case .character(let position):
            self.init(.walletCharacter, "Character \(position) does not belong in a wallet address.")
        case .mixedCase(let position):
            self.init(.walletMixedCase, "Character \(position) is the first in another case than those before it.")
        case .noSeparator, .emptyPrefix:
            self.init(.walletMalformed, "A wallet address begins with \(WalletAddress.prefix)1.")
        case .padding:
            self.init(.walletPadding, "The bits after the last whole byte of the payload are not the zeros due there.")
        }
    }
}
