// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Values in PostgreSQL's binary formats, those of the `…recv` functions in `src/backend/utils/adt`, each after its length.
enum BinaryValue {
    private static let microsecondsTo2000: Int64 = 946_684_800_000_000

    /// Whether a value has a binary form of a type; where not, text serves.
    static func fits(_ value: SQLValue, _ type: PostgresType) -> Bool {
        switch (value, type) {
        case (.null, _), (.bool, .bool), (.bytes, .bytea), (.uuid, .uuid), (.double, .float8), (.integer, .int8): true
        case (.text(let text), .text), (.text(let text), .varchar), (.text(let text), .json): !text.utf8.contains(0)
        case (.integer(let number), .int4): Int32(exactly: number) != nil
        case (.integer(let number), .int2): Int16(exactly: number) != nil
        case (.integer(let number), .float8): Int64(exactly: Double(number)) == number
        case (.double(let number), .float4): !number.isFinite || Float(number).isFinite
        case (.json, .json), (.json, .jsonb): true
        case (.timestamp(let moment), .timestamptz):
            moment == .infinity || moment == .negativeInfinity
                || !moment.microseconds.subtractingReportingOverflow(microsecondsTo2000).overflow
        default: false
        }
    }

    /// Appends a value that fits.
    static func append(_ value: SQLValue, as type: PostgresType, to buffer: inout [UInt8]) {
        switch value {
        case .bool(let bool):
            append(1 as Int32, to: &buffer)
            buffer.append(bool ? 1 : 0)
        case .integer(let number):
            switch type {
            case .int4: sized(Int32(truncatingIfNeeded: number), to: &buffer)
            case .int2: sized(Int16(truncatingIfNeeded: number), to: &buffer)
            case .float8: sized(Double(number).bitPattern, to: &buffer)
            default: sized(number, to: &buffer)
            }
        case .double(let number):
            if type == .float4 {
                sized(Float(number).bitPattern, to: &buffer)
            } else {
                sized(number.bitPattern, to: &buffer)
            }
        case .text(let text):
            append(Int32(truncatingIfNeeded: text.utf8.count), to: &buffer)
            buffer.append(contentsOf: text.utf8)
        case .bytes(let bytes):
            append(Int32(truncatingIfNeeded: bytes.count), to: &buffer)
            buffer.append(contentsOf: bytes)
        case .uuid(let uuid):
            append(16 as Int32, to: &buffer)
            withUnsafeBytes(of: uuid.uuid) { buffer.append(contentsOf: $0) }
        case .timestamp(let moment):
            let isFinite = moment != .infinity && moment != .negativeInfinity
            sized(isFinite ? moment.microseconds - microsecondsTo2000 : moment.microseconds, to: &buffer)
        case .json(let json):
            let version: [UInt8] = type == .jsonb ? [1] : []
            append(Int32(truncatingIfNeeded: version.count + json.utf8.count), to: &buffer)
            buffer.append(contentsOf: version)
            buffer.append(contentsOf: json.utf8)
        case .null, .decimal, .array:
            append(-1 as Int32, to: &buffer)
        }
    }

    static func append(_ number: some FixedWidthInteger, to buffer: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { buffer.append(contentsOf: $0) }
    }

    private static func sized<Number: FixedWidthInteger>(_ number: Number, to buffer: inout [UInt8]) {
        append(Int32(truncatingIfNeeded: MemoryLayout<Number>.size), to: &buffer)
        append(number, to: &buffer)
    }
}
