// SPDX-License-Identifier: Apache-2.0

import CLibPQ

/// What the server answered to a statement: libpq's `PGresult`, freed with the last reference.
///
/// `@unchecked Sendable`: a result is not changed after libpq handed it over, and the functions used here only read it.
final class PostgresResult: @unchecked Sendable {
    private let result: OpaquePointer
    let rowCount: Int
    let columnCount: Int

    /// Takes the result over.
    init(owning result: OpaquePointer) {
        self.result = result
        rowCount = Int(PQntuples(result))
        columnCount = Int(PQnfields(result))
    }

    deinit {
        PQclear(result)
    }

    /// How many rows the statement inserted, updated, deleted or returned; zero if it does none of that.
    var affectedRows: Int {
        Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    /// What the statement did, such as `INSERT` or `COMMIT`.
    var command: String {
        String(cString: PQcmdStatus(result))
    }

    /// The value; nil if it is null.
    ///
    /// Row and column must be there.
    func cell(row: Int, column: Int) -> PostgresCell? {
        let (row, column) = (Int32(row), Int32(column))
        guard PQgetisnull(result, row, column) == 0 else {
            return nil
        }
        return PostgresCell(
            type: PostgresType(rawValue: PQftype(result, column)),
            payload: UnsafeRawBufferPointer(
                start: PQgetvalue(result, row, column),
                count: Int(PQgetlength(result, row, column))
            )
        )
    }

    /// The type of a column, which must be there; of a domain, the type below.
    func type(ofColumn column: Int) -> PostgresType {
        PostgresType(rawValue: PQftype(result, Int32(column)))
    }

    func columnName(at column: Int) -> String {
        PQfname(result, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// The first column with exactly that name.
    ///
    /// `PQfnumber` would fold its case.
    func position(ofColumn name: String) -> Int? {
        var name = name
        return name.withUTF8 { name in
            (0..<columnCount).first { column in
                guard let candidate = PQfname(result, Int32(column)) else { return false }
                // A candidate that ends early differs there, so nothing beyond its end is read.
                return name.indices.allSatisfy { name[$0] != 0 && name[$0] == UInt8(bitPattern: candidate[$0]) }
                    && candidate[name.count] == 0
            }
        }
    }
}
