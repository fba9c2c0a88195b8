// SPDX-License-Identifier: Apache-2.0

import R3MESResponse

/// The keys by which programs prove who they are.
///
/// A key is the text `r3k_` and 43 characters of base64url over 256 random bits. It is shown once, when it is made; what is
/// kept is its ``Record`` with a SHA-256 digest. A fast hash is enough: 256 random bits cannot be guessed, so there is
/// nothing for a slow one to slow down.
public enum APIKey {
    /// What names a key in paths, lists and logs.
    ///
    /// It is 128 random bits in hexadecimal digits, and no part of the secret. It never begins with a hyphen, which a
    /// command line would take for an option.
    public typealias ID = String

    /// What every key begins with, so that scanners recognise one that leaked.
    public static let marker = "r3k_"

    /// The longest name of a key, in Unicode code points.
    public static let maximumNameLength = 64
}

extension APIKey {
    /// A new key: the record to keep and the secret to show once.
    public struct Issued: Sendable {
        /// What is kept.
        public let record: Record

        /// What the owner is told, now and never again.
        public let secret: Secret
    }

    /// Makes a key.
    ///
    /// Whether somebody may have it made is for ``Principal/requireGranting(_:to:)`` to say.
    ///
    /// - Parameters:
    ///   - name: What the owner calls it: 1 to 64 characters, none of them a control character.
    ///   - scopes: What it may do, at least one thing.
    ///   - wallet: The wallet that it belongs to; nil for an operator's key.
    ///   - now: The time of making.
    ///   - expiresAt: From when on it is no longer valid; nil for never.
    ///   - generator: Where the random bits come from, which must be fit for secrets.
    /// - Throws: `invalidFields` with everything that is wrong.
    public static func issue(
        name: String,
        scopes: Scopes,
        wallet: WalletAddress?,
        at now: Timestamp,
        expiresAt: Timestamp?,
        using generator: inout some RandomNumberGenerator
    ) throws(ServiceError) -> Issued {
        var faults: [ServiceError.FieldError] = []
        if let fault = TextRule(field: "name", length: 1...maximumNameLength).fault(in: name) { faults.append(fault) }
        if scopes.isEmpty { faults.append(.init(field: "scopes", reason: "must name at least one scope")) }
        if let expiresAt, expiresAt <= now {
            faults.append(.init(field: "expires_at", reason: "must lie in the future"))
        }
        guard faults.isEmpty else { throw ServiceError(.invalidFields, fieldErrors: faults) }
        let secret = Secret.generate(using: &generator)
        let record = Record(
            id: UInt128.random(in: .min ... .max, using: &generator).hexadecimalDigits,
            wallet: wallet,
            name: name,
            prefix: secret.prefix,
            digest: secret.digest,
            scopes: scopes,
            createdAt: now,
            expiresAt: expiresAt
        )
        return Issued(record: record, secret: secret)
    }

    /// Makes a key from the system's random bits.
    ///
    /// - Throws: `invalidFields` with everything that is wrong.
    public static func issue(
        name: String,
        scopes: Scopes,
        wallet: WalletAddress?,
        at now: Timestamp,
        expiresAt: Timestamp? = nil
    ) throws(ServiceError) -> Issued {
        var generator = SystemRandomNumberGenerator()
        return try issue(
            name: name,
            scopes: scopes,
            wallet: wallet,
            at: now,
            expiresAt: expiresAt,
            using: &generator
        )
    }
}
