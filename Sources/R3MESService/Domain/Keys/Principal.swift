// SPDX-License-Identifier: Apache-2.0

/// Who asks.
public enum Principal: Hashable, Sendable {
    /// Nobody in particular: no key was presented.
    case anonymous
    /// The holder of a valid key. Without a wallet it is an operator's.
    case key(id: APIKey.ID, wallet: WalletAddress?, scopes: APIKey.Scopes)
    /// Anybody, where authentication is switched off: everything is allowed.
    case unchecked
}

extension Principal {
    /// Lets only administrators pass.
    ///
    /// - Throws: `credentialsMissing` for the anonymous, else `scopeInsufficient`.
    public func requireAdmin() throws(ServiceError) {
        try require { _, scopes in scopes.contains(.admin) }
    }

    /// Lets pass whose key has the scope, whatever wallet it belongs to.
    ///
    /// - Throws: `credentialsMissing` for the anonymous, else `scopeInsufficient`.
    public func require(_ scope: APIKey.Scopes) throws(ServiceError) {
        try require { _, scopes in scopes.isSuperset(of: scope) }
    }

    /// Whether ``requireAdmin()`` lets this principal pass.
    public var isAdmin: Bool {
        switch self {
        case .anonymous: false
        case .key(_, _, let scopes): scopes.contains(.admin)
        case .unchecked: true
        }
    }

    /// Lets pass who may do something to a wallet: a key of this wallet with the scope, or an administrator's.
    ///
    /// - Throws: `credentialsMissing` for the anonymous, else `scopeInsufficient`.
    public func require(_ scope: APIKey.Scopes, of wallet: WalletAddress) throws(ServiceError) {
        try require { own, scopes in
            scopes.contains(.admin) || (own == wallet && scopes.contains(scope))
        }
    }

    /// Lets pass who may make a key: it takes the `write` scope for the wallet, and nobody grants more than they have.
    ///
    /// - Parameters:
    ///   - scopes: What the new key may do.
    ///   - wallet: What the new key will belong to; nil for an operator's key, which only an administrator makes.
    /// - Throws: `credentialsMissing` for the anonymous, else `scopeInsufficient`.
    public func requireGranting(_ scopes: APIKey.Scopes, to wallet: WalletAddress?) throws(ServiceError) {
        guard let wallet else { return try requireAdmin() }
        try require(.write, of: wallet)
        try require { _, own in own.isSuperset(of: scopes) }
    }

    private func require(
        _ isAllowed: (_ wallet: WalletAddress?, _ scopes: APIKey.Scopes) -> Bool
    ) throws(ServiceError) {
        switch self {
        case .anonymous: throw ServiceError(.credentialsMissing)
        case .key(_, let wallet, let scopes) where isAllowed(wallet, scopes): break
        case .key: throw ServiceError(.scopeInsufficient)
        case .unchecked: break
        }
    }
}

extension Principal: CustomStringConvertible {
    /// A name for logs that is different for each principal and no secret.
    public var description: String {
        switch self {
        case .anonymous: "anonymous"
        case .key(let id, _, _): "key:\(id)"
        case .unchecked: "unchecked"
        }
    }
}
