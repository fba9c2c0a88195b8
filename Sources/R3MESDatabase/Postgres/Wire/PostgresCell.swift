// SPDX-License-Identifier: Apache-2.0

/// A value in PostgreSQL's binary format: the bytes that its type's `send` function made, in network order.
///
/// `@unchecked Sendable`: the memory is a result's, which nobody writes to once it is received; whoever holds a cell
/// holds the result as well (see ``SQLCell``).
struct PostgresCell: @unchecked Sendable {
    let type: PostgresType
    let payload: UnsafeRawBufferPointer

    /// An integer of exactly the cell's size; nil if the sizes differ.
    func load<Integer: FixedWidthInteger>(_: Integer.Type) -> Integer? {
        guard payload.count == MemoryLayout<Integer>.size else {
            return nil
        }
        return Integer(bigEndian: payload.loadUnaligned(as: Integer.self))
    }
}
