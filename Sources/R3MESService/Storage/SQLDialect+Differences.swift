// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

/// Where the engines spell the same differently.
extension SQLDialect {
    /// At the end of a SELECT: nobody else may change the rows until the transaction ends.
    ///
    /// SQLite's one writer needs no word.
    var forUpdate: SQL {
        switch self {
        case .postgres: " FOR UPDATE"
        case .sqlite: ""
        }
    }

    /// After a column: its value is one of these texts.
    ///
    /// One statement, whatever their number.
    func isOne(of values: [WalletAddress]) -> SQL {
        let texts = values.map(\.description)
        return switch self {
        case .postgres: "= ANY(\(texts))"
        case .sqlite: "IN (SELECT value FROM json_each(\(texts)))"
        }
    }
}
