// SPDX-License-Identifier: Apache-2.0

/// What a statement is, judged by its first word: where it may run.
enum StatementKind: Sendable {
    /// Meant to read. The server is made to refuse it if it writes after all.
    case read
    case write
    /// Of use in a transaction only: cursors and locks.
    case transactionBound
    /// Begins or ends transactions, which is what the transaction scopes are for.
    case transactionControl
    /// Would leave something behind in the session, which others use afterwards.
    case sessionState
    case copy
}

extension StatementKind {
    /// Judges a statement by its first words; comments and opening brackets before them don't count.
    init(text: String) {
        var words = LeadingWords(text: text)
        let first = words.next() ?? ""
        switch first {
        case "SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "WITH":
            self = Self.ofQuery(text, isWith: first == "WITH")
        case "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE":
            self = .transactionControl
        case "PREPARE":
            self = words.next() == "TRANSACTION" ? .transactionControl : .sessionState
        case "SET":
            switch words.next() {
            case "LOCAL", "CONSTRAINTS", "TRANSACTION": self = .transactionBound
            default: self = .sessionState
            }
        case "RESET", "DISCARD", "LISTEN", "UNLISTEN", "LOAD", "EXECUTE", "DEALLOCATE":
            self = .sessionState
        case "DECLARE", "FETCH", "MOVE", "CLOSE", "LOCK":
            self = .transactionBound
        case "COPY":
            self = .copy
        default:
            self = .write
        }
    }
}

extension StatementKind {
    /// Judges what reads by its first word, by the words further on that tell otherwise.
    ///
    /// What is taken for more than it is only costs a connection of its own. What is not found out here, and writes, the
    /// server refuses.
    private static func ofQuery(_ text: String, isWith: Bool) -> StatementKind {
        let text = text.lowercased()
        func mentions(_ words: String...) -> Bool {
            words.contains { text.contains($0) }
        }
        if mentions("pg_advisory_lock", "pg_try_advisory_lock", "set_config") {
            return .sessionState
        }
        // Would hold up, or act twice, where others' statements are run together with it and run again.
        if mentions("pg_advisory_", "pg_try_advisory_", "pg_notify", "pg_sleep", "dblink") {
            return .write
        }
        return isWith && mentions("insert", "update", "delete", "merge") ? .write : .read
    }
}

/// The words at the start of a statement, in capitals, up to the first thing that is no word.
private struct LeadingWords: IteratorProtocol {
    private var rest: Substring.UTF8View

    init(text: String) {
        rest = Substring(text).utf8
    }

    mutating func next() -> String? {
        skipToWord()
        let word = rest.prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 }
        rest = rest.dropFirst(word.count)
        return word.isEmpty ? nil : Substring(word).uppercased()
    }

    private mutating func skipToWord() {
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0B, 0x0C,
                UInt8(ascii: "("):
                rest = rest.dropFirst()
            case UInt8(ascii: "-") where rest.dropFirst().first == UInt8(ascii: "-"):
                rest = rest.drop { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            case UInt8(ascii: "/") where rest.dropFirst().first == UInt8(ascii: "*"):
                skipBlockComment()
            default:
                return
            }
        }
    }

    /// Block comments nest in PostgreSQL, as the SQL standard has it.
    private mutating func skipBlockComment() {
        var depth = 0
        while let byte = rest.first {
            let second = rest.dropFirst().first
            if byte == UInt8(ascii: "/"), second == UInt8(ascii: "*") {
                depth += 1
                rest = rest.dropFirst(2)
            } else if byte == UInt8(ascii: "*"), second == UInt8(ascii: "/") {
                depth -= 1
                rest = rest.dropFirst(2)
                if depth == 0 { return }
            } else {
                rest = rest.dropFirst()
            }
        }
    }
}
