// SPDX-License-Identifier: Apache-2.0

/// What a statement changes, as far as its text tells.
enum TableChange: Equatable {
    /// It only reads.
    case nothing
    case table(String)
    /// It may change anything.
    case unknown
}

extension TableChange {
    /// Judges a statement by its words: the target of `INSERT`, `UPDATE`, `DELETE` and `MERGE` is known; what has one of these within
    /// a `WITH`, and everything else that is no mere read, may change anything.
    init(text: String) {
        let words = SQLWords(text: text)
        switch StatementKind(text: text) {
        case .transactionControl, .transactionBound, .sessionState:
            self = .nothing
        case .read:
            self = words.contains { $0.isDataChange } ? .unknown : .nothing
        case .copy:
            self = .unknown
        case .write:
            let isCompound =
                words.contains { $0.text == "WITH" } && words.filter(\.isDataChange).dropFirst().first != nil
            self = isCompound ? .unknown : Self.target(of: words).map { .table($0) } ?? .unknown
        }
    }

    /// The table behind `INSERT … INTO`, `REPLACE INTO`, `MERGE INTO`, `UPDATE` and `DELETE FROM`.
    private static func target(of words: SQLWords) -> String? {
        var words = words.makeIterator()
        switch words.next()?.text {
        case "INSERT", "REPLACE", "MERGE":
            // INSERT OR IGNORE INTO, as SQLite has it.
            while let word = words.next() {
                if word.text == "INTO" { return name(words.next(), &words) }
            }
            return nil
        case "UPDATE":
            return name(words.next(), &words)
        case "DELETE":
            return words.next()?.text == "FROM" ? name(words.next(), &words) : nil
        default:
            return nil
        }
    }

    private static func name(_ word: SQLWords.Word?, _ words: inout SQLWords.Iterator) -> String? {
        guard let word else { return nil }
        if word.text == "ONLY", !word.isQuoted { return name(words.next(), &words) }
        // UPDATE OR IGNORE table
        if word.text == "OR", !word.isQuoted {
            _ = words.next()
            return name(words.next(), &words)
        }
        return TableScope(word.text).table
    }
}

/// The words of a statement outside of its literals and comments; names with dots are one word.
struct SQLWords: Sequence {
    struct Word: Equatable {
        /// In capitals, unless it was quoted.
        let text: String
        let isQuoted: Bool

        var isDataChange: Bool {
            !isQuoted && ["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"].contains(text)
        }
    }

    let text: String

    func makeIterator() -> Iterator {
        Iterator(rest: Substring(text).unicodeScalars)
    }

    struct Iterator: IteratorProtocol {
        fileprivate var rest: Substring.UnicodeScalarView

        mutating func next() -> Word? {
            while let scalar = rest.first {
                if scalar == "'" {
                    skip(past: "'")
                } else if scalar == "-", rest.dropFirst().first == "-" {
                    rest = rest.drop { $0 != "\n" }
                } else if scalar == "/", rest.dropFirst().first == "*" {
                    skipBlockComment()
                } else if scalar == "$", let delimiter = dollarDelimiter() {
                    skip(dollarQuoted: delimiter)
                } else if Self.begins(scalar) {
                    return word()
                } else {
                    rest = rest.dropFirst()
                }
            }
            return nil
        }

        private static func begins(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "_" || scalar == "\"" || scalar.properties.isAlphabetic
        }

        private mutating func word() -> Word {
            var text = ""
            var isQuoted = false
            while let scalar = rest.first {
                if scalar == "\"" {
                    isQuoted = true
                    rest = rest.dropFirst()
                    text.unicodeScalars.append(contentsOf: rest.prefix { $0 != "\"" })
                    rest = rest.drop { $0 != "\"" }.dropFirst()
                } else if Self.begins(scalar) || scalar == "." || scalar == "$" || ("0"..."9").contains(scalar) {
                    text.unicodeScalars.append(scalar)
                    rest = rest.dropFirst()
                } else {
                    break
                }
            }
            return Word(text: isQuoted ? text : text.uppercased(), isQuoted: isQuoted)
        }

        private mutating func skip(past quote: Unicode.Scalar) {
            rest = rest.dropFirst().drop { $0 != quote }.dropFirst()
        }

        private mutating func skipBlockComment() {
            var depth = 0
            while let scalar = rest.first {
                let second = rest.dropFirst().first
                if scalar == "/", second == "*" {
                    depth += 1
                } else if scalar == "*", second == "/" {
                    depth -= 1
                } else {
                    rest = rest.dropFirst()
                    continue
                }
                rest = rest.dropFirst(2)
                if depth == 0 { return }
            }
        }

        /// `$$` or `$tag$`; nil for `$1`.
        private func dollarDelimiter() -> String? {
            let tag = rest.dropFirst().prefix { $0 == "_" || $0.properties.isAlphabetic }
            guard rest.dropFirst(tag.count + 1).first == "$" else { return nil }
            return "$" + String(String.UnicodeScalarView(tag)) + "$"
        }

        private mutating func skip(dollarQuoted delimiter: String) {
            let marks = Array(delimiter.unicodeScalars)
            rest = rest.dropFirst(marks.count)
            while !rest.isEmpty, !rest.starts(with: marks) { rest = rest.dropFirst() }
            rest = rest.dropFirst(marks.count)
        }
    }
}
