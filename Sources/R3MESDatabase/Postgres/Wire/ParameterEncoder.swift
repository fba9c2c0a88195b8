// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The parameters of one statement as libpq takes them: pointers, lengths and formats side by side.
///
/// Its memory is used again for the next statement.
struct ParameterEncoder {
    /// What libpq calls a parameter's or a result's format.
    enum Format {
        static let text: CInt = 0
        static let binary: CInt = 1
    }

    /// The protocol counts a message's bytes in 31 bits, and the server's own limit for a value is a gigabyte.
    private static let maximumSize = 1 << 30
    /// Memory beyond this is given back after the statement that needed it.
    private static let keptCapacity = 1 << 20

    private var buffer: [UInt8] = []
    /// Where each value begins; -1 for null.
    private var offsets: [Int] = []
    private var pointers: [UnsafePointer<CChar>?] = []
    private var lengths: [CInt] = []
    private var formats: [CInt] = []

    /// How many bytes the values take.
    var size: Int { buffer.count }

    /// Takes a statement's values.
    ///
    /// - Throws: ``DatabaseError/Code/invalidParameter``, naming the parameter.
    mutating func encode(_ sql: SQL) throws(DatabaseError) {
        if buffer.capacity > Self.keptCapacity {
            buffer = []
        }
        buffer.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        for piece in sql.pieces {
            guard case .parameter(let value) = piece else { continue }
            try append(value)
        }
    }

    private mutating func append(_ value: SQLValue) throws(DatabaseError) {
        let start = buffer.count
        switch value {
        case .null:
            offsets.append(-1)
            lengths.append(0)
            formats.append(Format.text)
            return
        case .bytes(let bytes):
            buffer.append(contentsOf: bytes)
            formats.append(Format.binary)
        default:
            ParameterText.append(value, to: &buffer)
            guard !hasNUL(from: start) else {
                throw DatabaseError(
                    .invalidParameter,
                    "parameter \(offsets.count + 1): the text contains NUL, which PostgreSQL cannot store"
                )
            }
            formats.append(Format.text)
        }
        guard buffer.count < Self.maximumSize else {
            throw DatabaseError(.invalidParameter, "the parameters take more than \(Self.maximumSize) bytes")
        }
        offsets.append(start)
        lengths.append(CInt(buffer.count - start))
        // libpq measures text by its NUL.
        buffer.append(0)
    }

    private func hasNUL(from start: Int) -> Bool {
        buffer[start...].withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        }
    }

    /// Lends the parameters to the closure, which passes them to libpq.
    mutating func withParameters<Result>(
        _ body: (
            CInt, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<CInt>?, UnsafePointer<CInt>?
        ) -> Result
    ) -> Result {
        pointers.removeAll(keepingCapacity: true)
        return buffer.withUnsafeBytes { bytes in
            let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            for offset in offsets {
                pointers.append(offset < 0 ? nil : start.map { $0 + offset })
            }
            return body(CInt(offsets.count), pointers, lengths, formats)
        }
    }

    /// The types to declare where the server cannot infer them; unspecified for null.
    static func types(of sql: SQL) -> [UInt32] {
        sql.parameters.map { PostgresType(of: $0).rawValue }
    }
}

extension PostgresType {
    /// The type that a value has by itself.
    init(of value: SQLValue) {
        switch value {
        case .null: self = .unspecified
        case .bool: self = .bool
        case .integer: self = .int8
        case .double: self = .float8
        case .decimal: self = .numeric
        case .text: self = .text
        case .bytes: self = .bytea
        case .uuid: self = .uuid
        case .timestamp: self = .timestamptz
        case .json: self = .jsonb
        case .array(let values):
            self = values.lazy.map { Self(ofArrayOf: $0) }.first { $0 != .unspecified } ?? .unspecified
        }
    }

    private init(ofArrayOf element: SQLValue) {
        switch element {
        case .null, .array: self = .unspecified
        case .bool: self = .boolArray
        case .integer: self = .int8Array
        case .double: self = .float8Array
        case .decimal: self = .numericArray
        case .text: self = .textArray
        case .bytes: self = .byteaArray
        case .uuid: self = .uuidArray
        case .timestamp: self = .timestamptzArray
        case .json: self = .jsonbArray
        }
    }
}
