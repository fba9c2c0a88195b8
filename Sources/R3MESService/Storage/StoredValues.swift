// SPDX-License-Identifier: Apache-2.0

// Values as the database has them. One that cannot be read means that the file is damaged.

extension WalletAddress {
    init(stored text: String) throws(ServiceError) {
        do {
            try self.init(text)
        } catch {
            throw ServiceError(.databaseCorrupt, context: ["wallet": text], underlying: error)
        }
    }
}

extension APIKey.Scopes {
    init(stored text: String) throws(ServiceError) {
        do {
            try self.init(text)
        } catch {
            throw ServiceError(.databaseCorrupt, context: ["column": "scopes"], underlying: error)
        }
    }
}

extension Metadata {
    init(stored text: String) throws(ServiceError) {
        guard text != "{}" else {
            self.init()
            return
        }
        do {
            try self.init(json: text)
        } catch {
            throw ServiceError(.databaseCorrupt, context: ["column": "metadata"], underlying: error)
        }
    }
}
