// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// How deeply arrays and objects may be nested in a text.
    static let maximumDepth = 32

    /// Reads a JSON text (RFC 8259) in UTF-8.
    ///
    /// Stricter than many readers, so that nothing is lost unseen: a name that comes twice in an object is refused, and so
    /// is a whole number that could only be kept rounded.
    ///
    /// - Throws: `malformedBody` with the byte at which reading stopped.
    public init(json text: some Collection<UInt8>) throws(ServiceError) {
        var parser = Parser(text: Array(text))
        guard let value = parser.document() else {
            let place = "byte \(parser.position + 1)"
            throw ServiceError(.malformedBody, "This is not JSON, or not JSON that can be kept exactly: see \(place).")
        }
        self = value
    }

    /// A reader by recursive descent of bounded depth, whose methods give nil where reading stops.
    private struct Parser {
        let text: [UInt8]
        private(set) var position = 0
        private var depth = 0

        init(text: [UInt8]) {
            self.text = text
        }

        mutating func document() -> JSONValue? {
            guard let value = value() else { return nil }
            skipSpace()
            return position == text.count ? value : nil
        }

        private mutating func value() -> JSONValue? {
            skipSpace()
            return switch peek {
            case UInt8(ascii: "{"): nested { $0.object() }
            case UInt8(ascii: "["): nested { $0.array() }
            case UInt8(ascii: "\""): string().map(JSONValue.string)
            case UInt8(ascii: "t"): literal("true", .bool(true))
            case UInt8(ascii: "f"): literal("false", .bool(false))
            case UInt8(ascii: "n"): literal("null", .null)
            default: number()
            }
        }

        private mutating func nested(_ body: (inout Self) -> JSONValue?) -> JSONValue? {
            guard depth < maximumDepth else { return nil }
            depth += 1
            defer { depth -= 1 }
            position += 1
            skipSpace()
            return body(&self)
        }

        private mutating func object() -> JSONValue? {
            var members: [String: JSONValue] = [:]
            if take("}") { return .object(members) }
            repeat {
                skipSpace()
                guard let name = string() else { return nil }
                skipSpace()
                guard take(":"), let value = value(), members.updateValue(value, forKey: name) == nil else {
                    return nil
                }
                skipSpace()
            } while take(",")
            return take("}") ? .object(members) : nil
        }

        private mutating func array() -> JSONValue? {
            var elements: [JSONValue] = []
            if take("]") { return .array(elements) }
            repeat {
                guard let value = value() else { return nil }
                elements.append(value)
                skipSpace()
            } while take(",")
            return take("]") ? .array(elements) : nil
        }

        private mutating func number() -> JSONValue? {
            let start = position
            _ = take("-")
            let hasLeadingZero = peek == UInt8(ascii: "0")
            let digits = skipDigits()
            guard digits > 0, digits == 1 || !hasLeadingZero else { return nil }
            let isFraction = take(".")
            if isFraction, skipDigits() == 0 { return nil }
            let isExponent = take("e") || take("E")
            if isExponent {
                _ = take("+") || take("-")
                if skipDigits() == 0 { return nil }
            }
            let written = String(decoding: text[start..<position], as: UTF8.self)
            guard isFraction || isExponent else { return Int64(written).map(JSONValue.integer) }
            return Double(written).flatMap(JSONValue.init(exactly:))
        }

        private mutating func string() -> String? {
            guard take("\"") else { return nil }
            var bytes: [UInt8] = []
            while let byte = peek, byte >= 0x20 {
                position += 1
                switch byte {
                case UInt8(ascii: "\""):
                    return String(validating: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let scalar = escape() else { return nil }
                    bytes += UTF8.encode(scalar).map { Array($0) } ?? []
                default:
                    bytes.append(byte)
                }
            }
            return nil
        }

        private mutating func escape() -> Unicode.Scalar? {
            guard let byte = peek else { return nil }
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{C}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "u"): break
            default: return nil
            }
            guard let first = codeUnit() else { return nil }
            guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
            guard take("\\"), take("u"), let second = codeUnit(), UTF16.isTrailSurrogate(second) else { return nil }
            return UTF16.decode(UTF16.EncodedScalar([first, second]))
        }

        /// Four hexadecimal digits.
        private mutating func codeUnit() -> UInt16? {
            guard text.count - position >= 4 else { return nil }
            let digits = text[position..<position + 4]
            guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
            position += 4
            return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        }

        private mutating func literal(_ word: String, _ value: JSONValue) -> JSONValue? {
            guard text[position...].starts(with: word.utf8) else { return nil }
            position += word.utf8.count
            return value
        }

        private mutating func skipDigits() -> Int {
            let start = position
            while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
            return position - start
        }

        private mutating func skipSpace() {
            while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard peek == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        private var peek: UInt8? {
            position < text.count ? text[position] : nil
        }
    }
}
