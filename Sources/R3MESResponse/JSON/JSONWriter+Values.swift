// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension JSONWriter {
    /// Writes `null`.
    public mutating func null() {
        separate()
        buffer.writeStaticString("null")
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        buffer.writeStaticString(value ? "true" : "false")
    }

    /// Writes text that is a JSON value already.
    public mutating func raw(_ json: String) {
        separate()
        buffer.writeString(json)
    }

    /// Writes bytes that are a JSON value already.
    public mutating func raw(bytes json: some Sequence<UInt8>) {
        separate()
        buffer.writeBytes(json)
    }

    /// Writes a number in the fewest digits that read back as the same; `null` for infinities and for what is no number,
    /// which JSON does not have.
    public mutating func number(_ number: Double) {
        guard number.isFinite else { return null() }
        raw(number.description)
    }

    /// Writes an integer.
    public mutating func integer(_ number: Int64) {
        separate()
        let magnitude = number.magnitude
        write(atMost: 20) { output in
            var start = output
            if number < 0 {
                start[0] = UInt8(ascii: "-")
                start += 1
            }
            let count = Decimals.count(of: magnitude)
            Decimals.write(magnitude, digits: count, to: start)
            return start - output + count
        }
    }
}

/// Decimal digits.
enum Decimals {
    /// How many digits a number has.
    static func count(of number: UInt64) -> Int {
        var count = 1
        var rest = number
        while rest >= 10_000 {
            rest /= 10_000
            count += 4
        }
        return rest >= 1000 ? count + 3 : rest >= 100 ? count + 2 : rest >= 10 ? count + 1 : count
    }

    /// Writes the last digits of a number, with zeros before it as needed.
    @inline(__always)
    static func write(_ number: UInt64, digits: Int, to output: UnsafeMutablePointer<UInt8>) {
        var rest = number
        var index = digits
        while index > 0 {
            index -= 1
            output[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
