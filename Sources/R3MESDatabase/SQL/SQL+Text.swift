// SPDX-License-Identifier: Apache-2.0

/// Which SQL an engine understands.
public enum SQLDialect: Sendable {
    /// PostgreSQL; its placeholders are `$1`, `$2`…
    case postgres
    /// SQLite; its placeholders are `?1`, `?2`…
    case sqlite

    fileprivate var placeholder: Unicode.Scalar {
        switch self {
        case .postgres: "$"
        case .sqlite: "?"
        }
    }
}

extension SQL {
    /// The statement's text with placeholders; put together anew with each call.
    func text(for dialect: SQLDialect) -> String {
        var text = ""
        var parameters = 0
        for piece in pieces {
            switch piece {
            case .literal(let literal):
                text += literal.description
            case .text(let piece):
                text += piece
            case .parameter:
                parameters += 1
                text.unicodeScalars.append(dialect.placeholder)
                text += String(parameters)
            }
        }
        return text
    }
}
