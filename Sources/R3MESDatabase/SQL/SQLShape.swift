// SPDX-License-Identifier: Apache-2.0

/// A statement without its values: what tells statements apart in a cache.
///
/// Literals count as equal when they are the same bytes of the program, so hashing one costs no look at its text.
struct SQLShape: Hashable {
    private let pieces: ContiguousArray<SQL.Piece>

    /// The shape of a statement for a look-up: shares the statement's storage, and with it the values.
    init(_ sql: SQL) {
        pieces = sql.pieces
    }

    /// The same shape to be kept: without the values, which are the caller's.
    var withoutValues: SQLShape {
        SQLShape(
            SQL(
                pieces: ContiguousArray(
                    pieces.map { piece in
                        if case .parameter = piece { .parameter(.null) } else { piece }
                    }
                )
            )
        )
    }

    static func == (first: SQLShape, second: SQLShape) -> Bool {
        guard first.pieces.count == second.pieces.count else {
            return false
        }
        for index in first.pieces.indices {
            switch (first.pieces[index], second.pieces[index]) {
            case (.literal(let first), .literal(let second)):
                guard first.isSameText(as: second) else { return false }
            case (.text(let first), .text(let second)):
                guard first == second else { return false }
            case (.parameter, .parameter):
                continue
            default:
                return false
            }
        }
        return true
    }

    func hash(into hasher: inout Hasher) {
        for piece in pieces {
            switch piece {
            case .literal(let literal):
                hasher.combine(literal.identity)
            case .text(let text):
                hasher.combine(text)
            case .parameter:
                hasher.combine(0 as UInt8)
            }
        }
    }
}

extension StaticString {
    /// The address of the text or, of a single character, the character.
    fileprivate var identity: UInt {
        hasPointerRepresentation ? UInt(bitPattern: utf8Start) : UInt(unicodeScalar.value)
    }

    fileprivate func isSameText(as other: StaticString) -> Bool {
        hasPointerRepresentation == other.hasPointerRepresentation
            && identity == other.identity
            && (!hasPointerRepresentation || utf8CodeUnitCount == other.utf8CodeUnitCount)
    }
}
