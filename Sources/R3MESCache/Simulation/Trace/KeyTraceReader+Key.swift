// SPDX-License-Identifier: Apache-2.0

extension KeyTraceReader.Column {
    /// The key in a line; nil when the line has none.
    func key(
        in line: UnsafeRawBufferPointer,
        separatedBy separator: KeyTraceReader.Separator
    ) -> UnsafeRawBufferPointer? {
        switch kind {
        case .line:
            return line
        case .number(let number):
            var fields = LineFields(line, separatedBy: separator)
            for _ in 1..<number where fields.next() == nil {
                return nil
            }
            return fields.next().flatMap { $0.content.isEmpty ? nil : $0.content }
        case .request:
            var fields = LineFields(line, separatedBy: separator)
            while let field = fields.next() {
                if field.isQuoted, let request = Request(field.content) {
                    return request.isSafe ? request.target : nil
                }
            }
            return nil
        case .member(let prefix):
            var fields = LineFields(line, separatedBy: separator)
            while let field = fields.next() {
                if field.content.starts(with: prefix) {
                    return value(UnsafeRawBufferPointer(rebasing: field.content.dropFirst(prefix.count)))
                }
            }
            return nil
        }
    }

    /// A value without the quotation marks around it; nil when nothing is left.
    private func value(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let quote = UInt8(ascii: "\"")
        let isQuoted = text.count >= 2 && text.first == quote && text.last == quote
        let value = isQuoted ? UnsafeRawBufferPointer(rebasing: text[1..<text.count - 1]) : text
        return value.isEmpty ? nil : value
    }
}

/// The request line of an HTTP/1 message (RFC 9112, section 3), by which access logs tell all versions' requests.
private struct Request {
    let target: UnsafeRawBufferPointer
    /// Whether the method is one that caches answer.
    let isSafe: Bool

    init?(_ line: UnsafeRawBufferPointer) {
        let space = UInt8(ascii: " ")
        guard let first = line.firstIndex(of: space), let last = line.lastIndex(of: space), first + 1 < last,
            line[(last + 1)...].starts(with: Array("HTTP/".utf8))
        else { return nil }
        target = UnsafeRawBufferPointer(rebasing: line[first + 1..<last])
        isSafe = ["GET", "HEAD"].contains { line[..<first].elementsEqual($0.utf8) }
    }
}
