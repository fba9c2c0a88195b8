// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A key that cursors are signed with.
public struct CursorKey: Sendable {
    let key: SymmetricKey
    /// A name for the key, told in every cursor; two keys may by chance have the same.
    let hint: UInt8

    /// Makes a key of a secret.
    ///
    /// - Parameter secret: At least 32 bytes that nobody can guess; the same on every instance.
    public init(secret: some Sequence<UInt8>) {
        key = SymmetricKey(data: SHA256.hash(data: Array(secret)))
        let name = HMAC<SHA256>.authenticationCode(for: Array("cursor key".utf8), using: key)
        hint = Array(name)[0]
    }
}

extension CursorKey: CustomStringConvertible {
    /// Says nothing of the key.
    public var description: String { "CursorKey" }
}
