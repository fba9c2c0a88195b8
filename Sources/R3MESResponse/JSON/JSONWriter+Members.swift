// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension JSONWriter {
    /// Writes a string member, or `null`.
    public mutating func member(_ name: StaticString, _ text: String?) {
        self.name(name)
        if let text { string(text) } else { null() }
    }

    /// Writes a member whose value reads the same with and without quotes around it, as addresses, amounts and times do:
    /// nothing in it needs an escape.
    @inlinable
    public mutating func member(_ name: StaticString, plain value: (some CustomStringConvertible)?) {
        member(name, plainText: value?.description)
    }

    /// Writes an integer member.
    @inlinable
    public mutating func member(_ name: StaticString, _ number: some FixedWidthInteger) {
        if let number = Int64(exactly: number) {
            member(name, integer: number)
        } else {
            member(name) { $0.raw(String(number)) }
        }
    }

    /// Writes a number member; `null` for infinities and for what is no number, which JSON does not have.
    public mutating func member(_ name: StaticString, _ number: Double) {
        self.name(name)
        self.number(number)
    }

    /// Writes a `true` or `false` member.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    /// Writes a moment as ``dateTime(microsecondsSinceEpoch:)``, or `null`.
    public mutating func member(_ name: StaticString, microsecondsSinceEpoch: Int64?) {
        self.name(name)
        if let microsecondsSinceEpoch { dateTime(microsecondsSinceEpoch: microsecondsSinceEpoch) } else { null() }
    }

    @usableFromInline
    mutating func member(_ name: StaticString, integer: Int64) {
        self.name(name)
        self.integer(integer)
    }

    @usableFromInline
    mutating func member(_ name: StaticString, plainText text: String?) {
        self.name(name)
        guard var text else { return null() }
        needsComma = true
        text.withUTF8 { writeUnescaped($0) }
    }
}
