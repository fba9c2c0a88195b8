// SPDX-License-Identifier: Apache-2.0

extension KeyTraceReader {
    /// Where in a line the key is.
    public struct Column: Hashable, Sendable {
        enum Kind: Hashable {
            case line
            case number(Int)
            case request
            case member([UInt8])
        }

        let kind: Kind

        /// The whole line is the key, as by default.
        public static let line = Self(kind: .line)

        /// The field of that number, counted from 1; below 1 counts as 1.
        public static func number(_ number: Int) -> Self {
            Self(kind: .number(max(number, 1)))
        }

        /// The target of the request in an access log (common or combined format, as of Apache and nginx): `/x?y` of
        /// `"GET /x?y HTTP/1.1"`.
        ///
        /// Methods other than GET and HEAD are skipped, as a cache would see none of them.
        public static let request = Self(kind: .request)

        /// The value of the field `name=value`, as structured logs have it, such as `hb.request.path` in Hummingbird's.
        public static func member(_ name: String) -> Self {
            Self(kind: .member(Array("\(name)=".utf8)))
        }
    }

    /// What ends a field of a line.
    public struct Separator: Hashable, Sendable {
        let byte: UInt8?

        /// Any number of spaces and tabs, as by default.
        ///
        /// Fields in `"quotation marks"` and `[brackets]` may have blanks in them, as in access logs; the marks do not
        /// belong to the field.
        public static let blanks = Self(byte: nil)

        /// Each occurrence of one ASCII character, so that fields may be empty.
        ///
        /// Fields in quotation marks may have it in them.
        public static func character(_ byte: UInt8) -> Self {
            Self(byte: byte)
        }
    }

    /// Bounds on what is read, so that no file, however it was made, takes all memory.
    public struct Limits: Hashable, Sendable {
        /// How many requests are read; what comes after them is left out.
        ///
        /// The default is 50 million, which take 200 MB.
        public var requests = 50_000_000
        /// The longest line in bytes.
        ///
        /// The default is 65,536.
        public var lineLength = 1 << 16
        /// How many bytes all distinct keys may have together.
        ///
        /// The default is 1 GiB.
        public var keyBytes = 1 << 30

        /// The default limits.
        public init() {}
    }
}
