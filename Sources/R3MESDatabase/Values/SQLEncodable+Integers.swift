// SPDX-License-Identifier: Apache-2.0

extension SQLEncodable where Self: BinaryInteger {
    /// A whole number; one beyond 64 bits with sign becomes a decimal.
    public var sqlValue: SQLValue {
        Int64(exactly: self).map { .integer($0) } ?? .decimal(SQLDecimal(self))
    }
}

extension Int: SQLEncodable {}
extension Int16: SQLEncodable {}
extension Int32: SQLEncodable {}
extension Int64: SQLEncodable {}
extension UInt: SQLEncodable {}
extension UInt16: SQLEncodable {}
extension UInt32: SQLEncodable {}
extension UInt64: SQLEncodable {}
