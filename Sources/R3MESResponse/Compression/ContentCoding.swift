// SPDX-License-Identifier: Apache-2.0

/// A way to pack a body (RFC 9110, section 8.4.1).
public struct ContentCoding: Hashable, Sendable, CaseIterable, CustomStringConvertible {
    enum Kind: String, CaseIterable {
        case zstd, br, gzip, deflate, identity
    }

    let kind: Kind

    /// Zstandard (RFC 8878), in windows of at most 8 MiB (RFC 9659).
    public static let zstd = Self(kind: .zstd)
    /// Brotli (RFC 7932).
    public static let brotli = Self(kind: .br)
    /// GZIP (RFC 1952).
    public static let gzip = Self(kind: .gzip)
    /// The zlib format (RFC 1950), which HTTP calls deflate.
    public static let deflate = Self(kind: .deflate)
    /// The body as it is.
    public static let identity = Self(kind: .identity)

    /// All codings, ``identity`` last.
    public static let allCases: [ContentCoding] = Kind.allCases.map(Self.init(kind:))

    /// The codings that pack: all but ``identity``.
    public static let compressing: [ContentCoding] = [.zstd, .brotli, .gzip, .deflate]

    /// The token in `Content-Encoding` and `Accept-Encoding`: `zstd`, `br`, `gzip`, `deflate`, `identity`.
    public var description: String { kind.rawValue }

    /// The coding with a token, in any case; `x-gzip` means gzip (RFC 9110, section 8.4.1.3).
    ///
    /// Nil if the token is another one.
    public init?(_ token: some StringProtocol) {
        var token = String(token)
        let kind = token.withUTF8 { Kind(token: UnsafeRawBufferPointer($0)) }
        guard let kind else { return nil }
        self.init(kind: kind)
    }

    init(kind: Kind) {
        self.kind = kind
    }
}

extension ContentCoding.Kind {
    /// Reads a token without making strings.
    init?(token: UnsafeRawBufferPointer) {
        func reads(_ name: StaticString) -> Bool {
            name.withUTF8Buffer { name in
                name.count == token.count && zip(name, token).allSatisfy { $0 == $1 | 0x20 || $0 == $1 }
            }
        }
        if reads("gzip") || reads("x-gzip") {
            self = .gzip
        } else if reads("br") {
            self = .br
        } else if reads("zstd") {
            self = .zstd
        } else if reads("deflate") {
            self = .deflate
        } else if reads("identity") {
            self = .identity
        } else {
            return nil
        }
    }

    /// The place in a list of all.
    var index: Int {
        switch self {
        case .zstd: 0
        case .br: 1
        case .gzip: 2
        case .deflate: 3
        case .identity: 4
        }
    }
}
