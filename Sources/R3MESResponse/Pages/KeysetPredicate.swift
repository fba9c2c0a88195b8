// SPDX-License-Identifier: Apache-2.0

/// A condition on rows, as a value: which rows lie beyond a position.
///
/// Whoever knows the database makes SQL of it, each value a parameter.
public indirect enum KeysetPredicate: Hashable, Sendable {
    /// The column's value is above this one.
    case greater(column: String, CursorValue)
    /// The column's value is below this one.
    case less(column: String, CursorValue)
    /// The column has this value.
    case equal(column: String, CursorValue)
    /// The columns, compared as rows one after the other, are above these values: `(a, b) > (1, 2)`, which an index serves
    /// in one range.
    case rowGreater(columns: [String], [CursorValue])
    /// The columns, compared as rows, are below these values.
    case rowLess(columns: [String], [CursorValue])
    /// The column has no value.
    case isNull(column: String)
    /// The column has a value.
    case isNotNull(column: String)
    /// All of these hold.
    case all([KeysetPredicate])
    /// One of these holds.
    case any([KeysetPredicate])
}

extension KeysetOrder {
    /// The rows beyond a cursor's position, on the side that it points to.
    ///
    /// Columns that can't be null and all run one way make one row comparison. Otherwise it is the first column beyond, or
    /// the first equal and the second beyond, and so on, with nulls where the order has them.
    ///
    /// - Throws: ``ResponseError/Code/invalidCursor`` if the position is not one of this order: another number of values, or
    ///   a null where there are none.
    public func predicate(for cursor: Cursor) throws(ResponseError) -> KeysetPredicate {
        let columns = columns(for: cursor.direction)
        let position = cursor.position
        guard
            position.count == columns.count,
            zip(columns, position).allSatisfy({ $0.nulls != nil || $1 != .null })
        else { throw .invalidCursor }
        let isUniform = columns.allSatisfy { $0.nulls == nil && $0.isDescending == columns[0].isDescending }
        if isUniform {
            let names = columns.map(\.name)
            guard columns.count > 1 else { return columns[0].beyond(position[0]) ?? .any([]) }
            return columns[0].isDescending
                ? .rowLess(columns: names, position) : .rowGreater(columns: names, position)
        }
        var alternatives: [KeysetPredicate] = []
        var equalSoFar: [KeysetPredicate] = []
        for (column, value) in zip(columns, position) {
            if let beyond = column.beyond(value) {
                alternatives.append(equalSoFar.isEmpty ? beyond : .all(equalSoFar + [beyond]))
            }
            equalSoFar.append(value == .null ? .isNull(column: column.name) : .equal(column: column.name, value))
        }
        return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }
}

extension KeysetOrder.Column {
    /// The rows whose value comes after this one; nil if there can be none.
    fileprivate func beyond(_ value: CursorValue) -> KeysetPredicate? {
        guard value != .null else {
            return nulls == .first ? .isNotNull(column: name) : nil
        }
        let beyond: KeysetPredicate =
            isDescending ? .less(column: name, value) : .greater(column: name, value)
        return nulls == .last ? .any([beyond, .isNull(column: name)]) : beyond
    }
}
