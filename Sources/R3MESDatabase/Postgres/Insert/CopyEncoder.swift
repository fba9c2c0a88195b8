// SPDX-License-Identifier: Apache-2.0

/// Rows in the form that `COPY` takes, piece by piece: binary if every value has a binary form for its column, else text, which
/// the server reads for any type.
final class CopyEncoder {
    private static let pieceSize = 128 * 1024
    private static let signature: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)

    let isBinary: Bool
    private let rows: [[SQLValue]]
    private let types: [PostgresType]
    private var next = 0
    private var isEnded = false

    init(_ rows: [[SQLValue]], types: [PostgresType]) {
        self.rows = rows
        self.types = types
        isBinary = rows.allSatisfy { row in
            row.indices.allSatisfy { BinaryValue.fits(row[$0], types[$0]) }
        }
    }

    /// The next bytes; nil when all is said.
    ///
    /// - Throws: ``DatabaseError/Code/invalidParameter`` for text that contains NUL.
    func nextPiece() throws(DatabaseError) -> [UInt8]? {
        guard !isEnded else {
            return nil
        }
        var piece: [UInt8] = []
        piece.reserveCapacity(Self.pieceSize + 4096)
        if next == 0, isBinary {
            piece += Self.signature
        }
        while next < rows.count, piece.count < Self.pieceSize {
            if isBinary {
                appendBinary(rows[next], to: &piece)
            } else {
                try appendText(rows[next], to: &piece)
            }
            next += 1
        }
        if next == rows.count {
            isEnded = true
            if isBinary { BinaryValue.append(-1 as Int16, to: &piece) }
        }
        return piece
    }

    private func appendBinary(_ row: [SQLValue], to piece: inout [UInt8]) {
        BinaryValue.append(Int16(truncatingIfNeeded: row.count), to: &piece)
        for column in row.indices {
            BinaryValue.append(row[column], as: types[column], to: &piece)
        }
    }

    /// `\N` for null, tabs between values, and a backslash before what would be taken for either.
    private func appendText(_ row: [SQLValue], to piece: inout [UInt8]) throws(DatabaseError) {
        for column in row.indices {
            if column > 0 { piece.append(UInt8(ascii: "\t")) }
            guard row[column] != .null else {
                piece += [UInt8(ascii: "\\"), UInt8(ascii: "N")]
                continue
            }
            let start = piece.count
            ParameterText.append(row[column], to: &piece)
            guard !piece[start...].contains(0) else {
                throw DatabaseError(
                    .invalidParameter,
                    "row \(next): the text contains NUL, which PostgreSQL cannot store"
                )
            }
            Self.escape(from: start, in: &piece)
        }
        piece.append(UInt8(ascii: "\n"))
    }

    private static func escape(from start: Int, in piece: inout [UInt8]) {
        func letter(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "\\"): byte
            case UInt8(ascii: "\t"): UInt8(ascii: "t")
            case UInt8(ascii: "\n"): UInt8(ascii: "n")
            case UInt8(ascii: "\r"): UInt8(ascii: "r")
            default: nil
            }
        }
        guard piece[start...].contains(where: { letter($0) != nil }) else {
            return
        }
        let escaped = piece[start...].flatMap { byte in letter(byte).map { [UInt8(ascii: "\\"), $0] } ?? [byte] }
        piece.replaceSubrange(start..., with: escaped)
    }
}
