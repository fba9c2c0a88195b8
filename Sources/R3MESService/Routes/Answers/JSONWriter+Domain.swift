// SPDX-License-Identifier: Apache-2.0

package import R3MESResponse

// How the domain's values look in answers. Addresses and amounts need no escapes.

extension JSONWriter {
    /// Writes a moment as its description, or `null`.
    package mutating func member(_ name: StaticString, _ moment: Timestamp?) {
        member(name, microsecondsSinceEpoch: moment?.microseconds)
    }

    package mutating func user(_ user: User) {
        object { json in
            json.member("wallet_address", plain: user.wallet)
            json.member("credits", plain: user.credits)
            json.member("is_miner", user.isMiner)
            json.member("created_at", user.createdAt)
            json.member("updated_at", user.updatedAt)
            json.member("last_mining_at", user.lastMiningAt)
            json.member("metadata") { $0.raw(user.metadata.json) }
        }
    }

    package mutating func ledgerEntry(_ entry: LedgerEntry) {
        let posting = entry.posting
        object { json in
            json.member("id", entry.id)
            json.member("wallet_address", plain: posting.wallet)
            json.member("amount", plain: posting.amount)
            json.member("balance_after", plain: posting.balanceAfter)
            json.member("kind", plain: posting.kind.rawValue)
            json.member("counterparty", plain: posting.counterparty)
            json.member("transfer_id", plain: posting.transferID)
            json.member("reason", posting.reason)
            json.member("created_at", entry.createdAt)
        }
    }

    /// A key without its secret, or with it: that happens once.
    package mutating func apiKey(_ key: APIKey.Record, secret: APIKey.Secret? = nil) {
        object { json in
            json.member("id", plain: key.id)
            json.member("wallet_address", plain: key.wallet)
            json.member("name", key.name)
            json.member("prefix", plain: key.prefix)
            json.member("scopes") { $0.strings(key.scopes.names) }
            json.member("created_at", key.createdAt)
            json.member("expires_at", key.expiresAt)
            json.member("revoked_at", key.revokedAt)
            if let secret {
                json.member("secret", plain: secret.revealed())
            }
        }
    }

    /// A page of a list: `items`, `next_cursor`, `has_more`.
    package mutating func page<Item>(
        _ items: [Item],
        nextCursor: String?,
        _ element: (inout JSONWriter, Item) -> Void
    ) {
        object { json in
            json.member("items") { $0.array(items, element) }
            json.member("next_cursor", plain: nextCursor)
            json.member("has_more", nextCursor != nil)
        }
    }
}
