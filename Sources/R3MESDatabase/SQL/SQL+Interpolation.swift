// SPDX-License-Identifier: Apache-2.0

extension SQL: ExpressibleByStringInterpolation {
    /// Makes a statement without values.
    public init(stringLiteral value: StaticString) {
        pieces = [.literal(value)]
    }

    /// Makes a statement with the values that were interpolated.
    public init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
    }

    /// Gathers the text and the values of a ``SQL`` literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        var pieces: ContiguousArray<Piece> = []

        /// Prepares for so many values.
        public init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        /// Appends text of the program.
        public mutating func appendLiteral(_ literal: StaticString) {
            if !literal.hasPointerRepresentation || literal.utf8CodeUnitCount > 0 {
                pieces.append(.literal(literal))
            }
        }

        /// Appends a parameter.
        public mutating func appendInterpolation(_ value: some SQLEncodable) {
            pieces.append(.parameter(value.sqlValue))
        }

        /// Appends a parameter, or null.
        public mutating func appendInterpolation(_ value: (some SQLEncodable)?) {
            pieces.append(.parameter(value?.sqlValue ?? .null))
        }

        /// Appends a parameter of text.
        public mutating func appendInterpolation(_ value: String) {
            pieces.append(.parameter(.text(value)))
        }

        /// Appends another statement with its parameters.
        public mutating func appendInterpolation(_ sql: SQL) {
            pieces += sql.pieces
        }

        /// Appends one parameter for each value, with commas between: `IN (\(list: wallets))`.
        ///
        /// Each length is a statement of its own to the server. Where it knows arrays, `= ANY(\(wallets))` is better.
        /// An empty list becomes `NULL`, which `IN` finds equal to nothing.
        public mutating func appendInterpolation(list values: some Collection<some SQLEncodable>) {
            var separator: StaticString?
            for value in values {
                if let separator {
                    pieces.append(.literal(separator))
                }
                pieces.append(.parameter(value.sqlValue))
                separator = ", "
            }
            if values.isEmpty {
                pieces.append(.literal("NULL"))
            }
        }

        /// Appends the name of a table, a column or the like, quoted; several parts are joined by dots.
        public mutating func appendInterpolation(identifier parts: String...) {
            pieces.append(.text(parts.map { SQL.quoted($0) }.joined(separator: ".")))
        }

        /// Appends text that is trusted to be SQL.
        ///
        /// Never pass what came from outside.
        public mutating func appendInterpolation(unsafeRaw text: String) {
            pieces.append(.text(text))
        }
    }

    /// A name in double quotes, its own doubled: so the SQL standard, PostgreSQL and SQLite have it.
    static func quoted(_ name: String) -> String {
        var quoted = "\""
        for character in name.unicodeScalars {
            if character == "\"" {
                quoted.unicodeScalars.append("\"")
            }
            quoted.unicodeScalars.append(character)
        }
        quoted.unicodeScalars.append("\"")
        return quoted
    }
}
