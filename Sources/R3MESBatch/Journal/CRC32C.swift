// SPDX-License-Identifier: Apache-2.0

/// The checksum CRC-32C (Castagnoli polynomial, RFC 3720 appendix B.4), by a table of 256 entries.
struct CRC32C {
    private var state: UInt32

    /// Begins a checksum over whatever is added.
    init() {
        state = .max
    }

    /// The checksum of what was added so far.
    var value: UInt32 { ~state }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            state = Self.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8)
        }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { remainder, _ in
            // 0x82F63B78 is the polynomial 0x1EDC6F41 with its bits in reverse.
            remainder & 1 == 1 ? 0x82F6_3B78 ^ (remainder >> 1) : remainder >> 1
        }
    }
}
