// SPDX-License-Identifier: Apache-2.0

/// The fields of a line, one after the other, in time linear in its length.
struct LineFields: IteratorProtocol {
    /// A field without the marks around it.
    struct Field {
        let content: UnsafeRawBufferPointer
        let isQuoted: Bool
    }

    private var rest: UnsafeRawBufferPointer.SubSequence
    private let separator: UInt8?
    private var isAtEnd = false
    /// Once a mark was not closed before the end of the line, no later one needs to be looked for.
    private var mayQuote = true
    private var mayBracket = true

    init(_ line: UnsafeRawBufferPointer, separatedBy separator: KeyTraceReader.Separator) {
        rest = line[...]
        self.separator = separator.byte
    }

    mutating func next() -> Field? {
        if separator == nil {
            rest = rest.drop(while: Self.isBlank)
            guard !rest.isEmpty else { return nil }
        } else if isAtEnd {
            return nil
        }
        if mayQuote, rest.first == UInt8(ascii: "\"") {
            if let end = closingQuote(after: rest.startIndex) {
                return take(rest.startIndex + 1..<end, until: end + 1, isQuoted: true)
            }
            mayQuote = false
        }
        if mayBracket, separator == nil, rest.first == UInt8(ascii: "[") {
            if let end = rest.indices.first(where: { rest[$0] == UInt8(ascii: "]") && isEnd($0 + 1) }) {
                return take(rest.startIndex + 1..<end, until: end + 1)
            }
            mayBracket = false
        }
        let end = bareEnd()
        return take(rest.startIndex..<end, until: end)
    }

    private mutating func take(_ content: Range<Int>, until end: Int, isQuoted: Bool = false) -> Field {
        let field = Field(content: UnsafeRawBufferPointer(rebasing: rest[content]), isQuoted: isQuoted)
        isAtEnd = end == rest.endIndex
        rest = rest[end...].dropFirst(separator == nil ? 0 : 1)
        return field
    }

    /// Where a field without marks ends; blanks in the value of `name="a value"` do not end it.
    private mutating func bareEnd() -> Int {
        var index = rest.startIndex
        while !isEnd(index) {
            if mayQuote, separator == nil, rest[index] == UInt8(ascii: "\""), index > rest.startIndex,
                rest[index - 1] == UInt8(ascii: "=")
            {
                if let end = closingQuote(after: index) {
                    return end + 1
                }
                mayQuote = false
            }
            index += 1
        }
        return index
    }

    /// The index of the quotation mark that ends a field which one began; a backslash takes its meaning from a mark.
    private func closingQuote(after start: Int) -> Int? {
        var index = start + 1
        while index < rest.endIndex {
            if separator == nil, rest[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if rest[index] == UInt8(ascii: "\""), isEnd(index + 1) {
                return index
            }
            index += 1
        }
        return nil
    }

    private func isEnd(_ index: Int) -> Bool {
        guard index < rest.endIndex else { return true }
        return separator.map { rest[index] == $0 } ?? Self.isBlank(rest[index])
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
