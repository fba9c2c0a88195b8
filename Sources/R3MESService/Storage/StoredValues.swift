// SPDX-License-Identifier: Apache-2.0

public import R3MESDatabase

// Values as the database has them. One that cannot be read means that the database is damaged.

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

extension Timestamp: SQLEncodable, SQLDecodable {
    /// Microseconds since 1970.
    public var sqlValue: SQLValue { .integer(microseconds) }

    /// Microseconds since 1970.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self.init(microseconds: try cell.integer())
    }
}

extension Credits: SQLEncodable, SQLDecodable {
    /// Millionths.
    public var sqlValue: SQLValue { .integer(millionths) }

    /// Millionths.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        self.init(millionths: try cell.integer())
    }
}

extension WalletAddress: SQLEncodable {
    /// The address as text.
    public var sqlValue: SQLValue { .text(description) }
}
