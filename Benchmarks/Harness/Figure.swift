// SPDX-License-Identifier: Apache-2.0

/// How figures are written: three digits that count, and a unit that keeps them short.
package enum Figure {
    /// The least number of decimals with which three digits count.
    package static func plain(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        let magnitude = abs(value)
        guard magnitude < 99.95 else {
            return value < 1e15 ? "\(Int(value.rounded()))" : "\(value)"
        }
        let digits = magnitude < 9.995 ? 2 : 1
        let scale: Double = digits == 1 ? 10 : 100
        let rounded = Int((magnitude * scale).rounded())
        let decimals = "\(rounded % Int(scale))"
        let padding = String(repeating: "0", count: digits - decimals.count)
        return (value < 0 && rounded > 0 ? "-" : "") + "\(rounded / Int(scale)).\(padding)\(decimals)"
    }

    package static func nanoseconds(_ value: Double) -> String {
        switch abs(value) {
        case ..<999.5: "\(plain(value)) ns"
        case ..<999_500: "\(plain(value / 1e3)) µs"
        case ..<999_500_000: "\(plain(value / 1e6)) ms"
        default: "\(plain(value / 1e9)) s"
        }
    }

    package static func ratio(_ value: Double) -> String {
        "\(plain(value)) ×"
    }
}
