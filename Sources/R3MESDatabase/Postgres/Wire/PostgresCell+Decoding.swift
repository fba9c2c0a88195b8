// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// The formats are those of the `…send` functions in PostgreSQL's `src/backend/utils/adt`. Each of these is nil if the
// cell is of another type, or not in its format.
extension PostgresCell {
    /// `textsend`, `json_send`, `enum_send`; `jsonb_send` puts a version byte, 1, in front (`jsonb.c`).
    var utf8: UnsafeBufferPointer<UInt8>? {
        if type.isText {
            return payload.bindMemory(to: UInt8.self)
        }
        guard type == .jsonb, payload.first == 1 else {
            return nil
        }
        return UnsafeRawBufferPointer(rebasing: payload.dropFirst()).bindMemory(to: UInt8.self)
    }

    func text() -> String? {
        guard let utf8, type.rawValue < PostgresType.firstOfUsers || !utf8.contains(0) else {
            return nil
        }
        return String(validating: utf8, as: UTF8.self)
    }

    func json() -> SQLJSON? {
        guard type == .jsonb || type == .json else {
            return nil
        }
        return utf8.map { SQLJSON(utf8: Array($0)) }
    }

    /// `boolsend`.
    func bool() -> Bool? {
        type == .bool ? load(UInt8.self).map { $0 != 0 } : nil
    }

    /// `int2send`, `int4send`, `int8send`, `oidsend`.
    private func binaryInteger() -> Int64? {
        switch type {
        case .int8: load(Int64.self)
        case .int4: load(Int32.self).map { Int64($0) }
        case .int2: load(Int16.self).map { Int64($0) }
        case .oid: load(UInt32.self).map { Int64($0) }
        default: nil
        }
    }

    func integer() -> Int64? {
        type == .numeric ? BinaryNumeric.decimal(of: payload)?.integer : binaryInteger()
    }

    /// `float4send`, `float8send`.
    func double() -> Double? {
        switch type {
        case .float8: load(UInt64.self).map { Double(bitPattern: $0) }
        case .float4: load(UInt32.self).map { Double(Float(bitPattern: $0)) }
        case .numeric: BinaryNumeric.decimal(of: payload)?.double
        default: binaryInteger().map { Double($0) }
        }
    }

    func decimal() -> SQLDecimal? {
        type == .numeric ? BinaryNumeric.decimal(of: payload) : binaryInteger().map { SQLDecimal($0) }
    }

    /// `byteasend`.
    ///
    /// Types that are known to be something else are not bytes.
    func bytes() -> [UInt8]? {
        type == .bytea || type.isUnknown ? Array(payload) : nil
    }

    /// `uuid_send`.
    func uuid() -> UUID? {
        guard type == .uuid, payload.count == 16 else {
            return nil
        }
        return UUID(uuid: payload.loadUnaligned(as: uuid_t.self))
    }

    /// `timestamp_send`, `timestamptz_send`: microseconds since 2000.
    ///
    /// `date_send`: days since 2000.
    func timestamp() -> SQLTimestamp? {
        let microsecondsTo2000: Int64 = 946_684_800_000_000
        let sinceYear2000: Int64
        switch type {
        case .timestamp, .timestamptz:
            guard let microseconds = load(Int64.self) else { return nil }
            if microseconds == .max { return .infinity }
            if microseconds == .min { return .negativeInfinity }
            sinceYear2000 = microseconds
        case .date:
            guard let days = load(Int32.self) else { return nil }
            if days == .max { return .infinity }
            if days == .min { return .negativeInfinity }
            let (microseconds, overflow) = Int64(days).multipliedReportingOverflow(by: 86_400_000_000)
            guard !overflow else { return nil }
            sinceYear2000 = microseconds
        default:
            return nil
        }
        let (microseconds, overflow) = sinceYear2000.addingReportingOverflow(microsecondsTo2000)
        return overflow ? nil : SQLTimestamp(microseconds: microseconds)
    }
}
