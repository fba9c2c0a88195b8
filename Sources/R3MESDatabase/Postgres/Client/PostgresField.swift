// SPDX-License-Identifier: Apache-2.0

import CLibPQ

/// A field of the server's error and notice messages (`PG_DIAG_…` in `postgres_ext.h`, characters there).
enum PostgresField: Unicode.Scalar {
    /// Not translated.
    case severity = "V"
    case sqlState = "C"
    case message = "M"
    case detail = "D"
    case hint = "H"
    case position = "P"
    case table = "t"
    case column = "c"
    case constraint = "n"
    case routine = "R"

    func text(of result: OpaquePointer) -> String? {
        PQresultErrorField(result, CInt(rawValue.value)).map { String(cString: $0) }
    }
}

extension DatabaseError.Diagnostics {
    /// What the server said in a result; nil if the result is libpq's own, made because the connection broke.
    init?(_ result: OpaquePointer) {
        guard let sqlState = PostgresField.sqlState.text(of: result) else {
            return nil
        }
        self.init(sqlState: sqlState, message: PostgresField.message.text(of: result) ?? "")
        detail = PostgresField.detail.text(of: result)
        hint = PostgresField.hint.text(of: result)
        table = PostgresField.table.text(of: result)
        column = PostgresField.column.text(of: result)
        constraint = PostgresField.constraint.text(of: result)
        position = PostgresField.position.text(of: result).flatMap { Int($0) }
        routine = PostgresField.routine.text(of: result)
    }
}
