// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("Principals")
struct PrincipalTests {
    let own: WalletAddress
    let other: WalletAddress

    init() throws {
        own = try WalletAddress(payload: [UInt8](repeating: 1, count: 20))
        other = try WalletAddress(payload: [UInt8](repeating: 2, count: 20))
    }

    func key(_ scopes: APIKey.Scopes, operator isOperator: Bool = false) -> Principal {
        .key(id: "id", wallet: isOperator ? nil : own, scopes: scopes)
    }

    @Test("without a key are asked for one")
    func anonymous() {
        expect(.credentialsMissing) { try Principal.anonymous.requireAdmin() }
        expect(.credentialsMissing) { try Principal.anonymous.require(.read, of: own) }
        expect(.credentialsMissing) { try Principal.anonymous.requireGranting(.read, to: own) }
        expect(.credentialsMissing) { try Principal.anonymous.requireGranting(.read, to: nil) }
    }

    @Test("may do to their own wallet what their scopes say, and nothing to another's")
    func wallets() throws {
        try key(.read).require(.read, of: own)
        try key(.write).require(.read, of: own)
        try key(.write).require(.write, of: own)
        expect(.scopeInsufficient) { try key(.read).require(.write, of: own) }
        expect(.scopeInsufficient) { try key([]).require(.read, of: own) }
        expect(.scopeInsufficient) { try key(.write).require(.read, of: other) }
        expect(.scopeInsufficient) { try key(.write, operator: true).require(.read, of: own) }
    }

    @Test("with the admin scope may do everything to every wallet")
    func administrators() throws {
        for isOperator in [true, false] {
            let principal = key(.admin, operator: isOperator)
            try principal.requireAdmin()
            try principal.require(.write, of: other)
            try principal.requireGranting(.admin, to: other)
            try principal.requireGranting(.admin, to: nil)
        }
        expect(.scopeInsufficient) { try key(.write).requireAdmin() }
    }

    @Test("grant no more than they have")
    func granting() throws {
        try key(.write).requireGranting(.read, to: own)
        try key(.write).requireGranting([.read, .write], to: own)
        expect(.scopeInsufficient) { try key(.write).requireGranting(.admin, to: own) }
        expect(.scopeInsufficient) { try key(.read).requireGranting(.read, to: own) }
        expect(.scopeInsufficient) { try key(.write).requireGranting(.read, to: other) }
        expect(.scopeInsufficient) { try key(.write).requireGranting(.read, to: nil) }
    }

    @Test("that are not checked may do everything")
    func unchecked() throws {
        try Principal.unchecked.requireAdmin()
        try Principal.unchecked.require(.write, of: own)
        try Principal.unchecked.requireGranting(.admin, to: nil)
    }

    @Test("are told apart in logs")
    func names() {
        #expect(Set([Principal.anonymous, key(.read), .unchecked].map(\.description)).count == 3)
        #expect(key(.read).description == "key:id")
    }
}
