// SPDX-License-Identifier: Apache-2.0

/// A number of bytes.
public struct ByteCount: Hashable, Comparable, Sendable {
    /// The number.
    public let bytes: Int

    /// Makes a count of so many bytes.
    public init(bytes: Int) {
        self.bytes = bytes
    }

    /// So many times 1024 bytes.
    public static func kibibytes(_ count: Int) -> Self { Self(bytes: count * 1024) }

    /// So many times 1024² bytes.
    public static func mebibytes(_ count: Int) -> Self { Self(bytes: count * 1024 * 1024) }

    /// Orders by size.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.bytes < rhs.bytes }
}

extension ByteCount: CustomStringConvertible {
    /// The units that a text may have, the largest first; no unit, or `B`, is bytes.
    private static let units: [(suffix: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// Reads a whole number with a unit, such as `512KiB` or `1MiB`; a bare number is bytes.
    ///
    /// - Returns: `nil` for any other text, for a negative number, and for more than an `Int` holds.
    public init?(_ text: String) {
        let unit = Self.units.first { text.hasSuffix($0.suffix) } ?? ("", 1)
        guard let count = Int(digits: text.dropLast(unit.suffix.count)) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        guard !overflow else { return nil }
        self.init(bytes: bytes)
    }

    /// The count in the largest unit that keeps it whole, such as `1MiB`, from which it can be read back.
    public var description: String {
        let unit = Self.units.first { bytes != 0 && bytes.isMultiple(of: $0.bytes) } ?? ("B", 1)
        return "\(bytes / unit.bytes)\(unit.suffix)"
    }
}
