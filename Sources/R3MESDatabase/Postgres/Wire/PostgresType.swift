// SPDX-License-Identifier: Apache-2.0

/// A type of PostgreSQL by its object identifier; those named here are fixed (`src/include/catalog/pg_type.dat`).
struct PostgresType: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt32

    static let unspecified = Self(rawValue: 0)
    static let bool = Self(rawValue: 16)
    static let bytea = Self(rawValue: 17)
    static let char = Self(rawValue: 18)
    static let name = Self(rawValue: 19)
    static let int8 = Self(rawValue: 20)
    static let int2 = Self(rawValue: 21)
    static let int4 = Self(rawValue: 23)
    static let text = Self(rawValue: 25)
    static let oid = Self(rawValue: 26)
    static let json = Self(rawValue: 114)
    static let float4 = Self(rawValue: 700)
    static let float8 = Self(rawValue: 701)
    static let unknown = Self(rawValue: 705)
    static let bpchar = Self(rawValue: 1042)
    static let varchar = Self(rawValue: 1043)
    static let date = Self(rawValue: 1082)
    static let timestamp = Self(rawValue: 1114)
    static let timestamptz = Self(rawValue: 1184)
    static let numeric = Self(rawValue: 1700)
    static let uuid = Self(rawValue: 2950)
    static let void = Self(rawValue: 2278)
    static let jsonb = Self(rawValue: 3802)

    static let boolArray = Self(rawValue: 1000)
    static let byteaArray = Self(rawValue: 1001)
    static let int8Array = Self(rawValue: 1016)
    static let textArray = Self(rawValue: 1009)
    static let float8Array = Self(rawValue: 1022)
    static let numericArray = Self(rawValue: 1231)
    static let timestamptzArray = Self(rawValue: 1185)
    static let uuidArray = Self(rawValue: 2951)
    static let jsonbArray = Self(rawValue: 3807)

    /// Identifiers from here on are given at run time, to enumerations and other types of a database's own.
    static let firstOfUsers: UInt32 = 16_384

    /// Whether the binary format is the text itself.
    ///
    /// Of users' types that holds for enumerations and most others whose text anybody asks for; what holds NUL is
    /// refused when it is decoded.
    var isText: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .char, .unknown, .json: true
        default: rawValue >= Self.firstOfUsers
        }
    }
}

extension PostgresType {
    private static let names: [PostgresType: String] = [
        .bool: "boolean", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "bigint", .int2: "smallint",
        .int4: "integer", .text: "text", .oid: "oid", .json: "json", .float4: "real", .float8: "double precision",
        .unknown: "unknown", .bpchar: "character", .varchar: "character varying", .date: "date",
        .timestamp: "timestamp", .timestamptz: "timestamptz", .numeric: "numeric", .uuid: "uuid", .void: "void",
        .jsonb: "jsonb", .boolArray: "boolean[]", .byteaArray: "bytea[]", .int8Array: "bigint[]",
        .textArray: "text[]", .float8Array: "double precision[]", .numericArray: "numeric[]",
        .timestamptzArray: "timestamptz[]", .uuidArray: "uuid[]", .jsonbArray: "jsonb[]",
    ]

    /// Whether nothing is known here about the type's format.
    var isUnknown: Bool { Self.names[self] == nil }
}

extension PostgresType: CustomStringConvertible {
    /// The type's name in SQL or, if it is not known here, its number.
    var description: String { Self.names[self] ?? "type \(rawValue)" }
}
