// SPDX-License-Identifier: Apache-2.0

/// Cuts text into lines and numbers the key of each.
struct KeyLines {
    private(set) var keys: [UInt32] = []
    private(set) var skippedLines = 0
    private let column: KeyTraceReader.Column
    private let separator: KeyTraceReader.Separator
    private let limits: KeyTraceReader.Limits
    private let maxCount: Int
    private var table = KeyTable()
    /// The beginning of a line whose end has not come yet.
    private var partial: [UInt8] = []
    private var lineNumber = 0

    init(column: KeyTraceReader.Column, separator: KeyTraceReader.Separator, limits: KeyTraceReader.Limits) {
        self.column = column
        self.separator = separator
        self.limits = limits
        maxCount = min(limits.requests, KeyTrace.maxCount)
    }

    var isFull: Bool { keys.count >= maxCount }

    mutating func append(_ text: UnsafeRawBufferPointer) throws(CacheError) {
        var rest = text[...]
        while !isFull, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = UnsafeRawBufferPointer(rebasing: rest[..<end])
            rest = rest[(end + 1)...]
            if partial.isEmpty {
                try take(line)
            } else {
                try hold(line)
                try takePartial()
            }
        }
        if !isFull {
            try hold(UnsafeRawBufferPointer(rebasing: rest))
        }
    }

    mutating func finish() throws(CacheError) -> KeyTrace {
        if !partial.isEmpty, !isFull {
            try takePartial()
        }
        guard !keys.isEmpty else {
            let isEmpty = skippedLines == 0
            throw CacheError(
                .invalidTrace,
                isEmpty ? "there is no line in it" : "none of its \(skippedLines) lines has the column asked for"
            )
        }
        return KeyTrace(numbered: keys, distinctKeys: table.count)
    }

    private mutating func hold(_ bytes: UnsafeRawBufferPointer) throws(CacheError) {
        // One byte more, for a carriage return.
        guard partial.count + bytes.count <= limits.lineLength + 1 else {
            throw tooLong(lineNumber + 1)
        }
        partial.append(contentsOf: bytes)
    }

    private mutating func takePartial() throws(CacheError) {
        let line = partial
        partial.removeAll(keepingCapacity: true)
        let result = line.withUnsafeBytes { bytes in
            Result { () throws(CacheError) in try take(bytes) }
        }
        try result.get()
    }

    private mutating func take(_ line: UnsafeRawBufferPointer) throws(CacheError) {
        lineNumber += 1
        guard !line.contains(0) else {
            throw CacheError(.invalidTrace, "line \(lineNumber) is not text")
        }
        var text = line[...]
        if text.last == UInt8(ascii: "\r") {
            text.removeLast()
        }
        guard text.count <= limits.lineLength else {
            throw tooLong(lineNumber)
        }
        // With a separator of its own a line may begin or end with an empty field, even if blanks separate.
        let trimmed = text.drop(while: LineFields.isBlank)
        guard let last = trimmed.lastIndex(where: { !LineFields.isBlank($0) }) else { return }
        let content = column == .line ? trimmed[...last] : text
        guard let key = column.key(in: UnsafeRawBufferPointer(rebasing: content), separatedBy: separator) else {
            skippedLines += 1
            return
        }
        keys.append(table.number(of: key))
        guard table.byteCount <= limits.keyBytes else {
            throw CacheError(
                .invalidTrace,
                "the distinct keys take more than \(limits.keyBytes) bytes at line \(lineNumber); read fewer requests"
            )
        }
    }

    private func tooLong(_ line: Int) -> CacheError {
        CacheError(.invalidTrace, "line \(line) is longer than \(limits.lineLength) bytes")
    }
}
