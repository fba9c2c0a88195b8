// SPDX-License-Identifier: Apache-2.0

/// A statement whose values are parameters by construction.
///
/// ```swift
/// let statement: SQL = "SELECT credits FROM users WHERE wallet = \(wallet)"
/// ```
///
/// Every interpolated value travels beside the text, never in it, so no string can become SQL. Trusted text is spliced
/// in by name: another ``SQL``, an `identifier:`, or `unsafeRaw:`.
///
/// A parameter has the type that the statement gives it, as a quoted literal in its place would have.
///
/// Costs one allocation. The text is not put together here: the literal pieces are known by their addresses, and a
/// database renders each shape once.
public struct SQL: Sendable {
    enum Piece: Sendable {
        /// A piece of the program's own text.
        case literal(StaticString)
        /// Text made at run time.
        case text(String)
        case parameter(SQLValue)
    }

    var pieces: ContiguousArray<Piece>

    init(pieces: ContiguousArray<Piece>) {
        self.pieces = pieces
    }

    /// Makes a statement of text that is trusted to be SQL.
    ///
    /// Never pass what came from outside.
    public init(unsafeRaw text: String) {
        pieces = [.text(text)]
    }

    /// The values, in the order of their placeholders.
    public var parameters: [SQLValue] {
        pieces.compactMap { piece in
            if case .parameter(let value) = piece { value } else { nil }
        }
    }
}

extension SQL {
    /// The first statement and then the second, with nothing between them.
    public static func + (first: SQL, second: SQL) -> SQL {
        SQL(pieces: first.pieces + second.pieces)
    }

    /// Appends the second statement to the first, with nothing between them.
    public static func += (first: inout SQL, second: SQL) {
        first.pieces += second.pieces
    }
}

extension Sequence<SQL> {
    /// The pieces one after the other, with a separator between them.
    public func joined(separator: SQL) -> SQL {
        var whole = SQL(pieces: [])
        for (index, piece) in enumerated() {
            if index > 0 {
                whole += separator
            }
            whole += piece
        }
        return whole
    }
}

extension SQL: CustomStringConvertible {
    /// The text with `$1`, `$2`… for the values, which it does not show.
    public var description: String { text(for: .postgres) }
}
