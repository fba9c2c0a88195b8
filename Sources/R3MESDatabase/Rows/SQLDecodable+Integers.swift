// SPDX-License-Identifier: Apache-2.0

extension SQLDecodable where Self: FixedWidthInteger {
    /// A whole number that fits; a decimal without a fraction is one too, for so PostgreSQL sums.
    public init(sqlCell cell: SQLCell) throws(DatabaseError) {
        guard let number = Self(exactly: try cell.integer()) else {
            throw cell.mismatch("a number that fits \(Self.self)")
        }
        self = number
    }
}

extension Int: SQLDecodable {}
extension Int16: SQLDecodable {}
extension Int32: SQLDecodable {}
extension Int64: SQLDecodable {}
extension UInt: SQLDecodable {}
extension UInt16: SQLDecodable {}
extension UInt32: SQLDecodable {}
extension UInt64: SQLDecodable {}
