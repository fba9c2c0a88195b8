// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of bytes into rows and fields: lines, or comma-separated values with quotes (RFC 4180).
///
/// A pure value: bytes in, rows out. A row that is too long is dropped as it comes in, so that it costs no memory.
struct DelimitedRows: Sendable {
    struct Row {
        /// The number of the row's first line, from 1.
        var line: Int
        var fields: [[UInt8]]
        /// What is wrong with the row, if anything.
        var fault: String?
    }

    private enum State {
        case fieldStart
        case plain
        case quoted
        /// After a quote inside quotes: the end of the field, or the first half of a doubled quote.
        case quoteInQuoted
        /// After a quoted field and a carriage return: only the line break may follow.
        case returnAfterQuoted
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The byte between fields; nil when a row is one field and quotes mean nothing.
    private let separator: UInt8?
    private let maximumLength: Int

    private var state = State.fieldStart
    private var fields: [[UInt8]] = []
    private var field: [UInt8] = []
    private var length = 0
    private var fault: String?
    private var line = 1
    private var firstLine = 1

    init(separator: UInt8?, maximumLength: Int) {
        self.separator = separator
        self.maximumLength = maximumLength
    }

    /// Takes a byte; returns the row that it completes.
    mutating func append(_ byte: UInt8) -> Row? {
        let isLineBreak = byte == UInt8(ascii: "\n")
        if isLineBreak {
            line += 1
            if state != .quoted {
                return endRow()
            }
        }
        length += 1
        guard length <= maximumLength else {
            fault = "The line has more than \(maximumLength) bytes."
            // Quotes in what is dropped mean nothing: the next line break ends the row.
            if state == .quoted { state = .plain }
            return nil
        }
        if let separator {
            appendCSV(byte, separator: separator)
        } else {
            field.append(byte)
        }
        if length == 3, firstLine == 1, field == Self.byteOrderMark {
            field = []
            state = .fieldStart
        }
        return nil
    }

    /// The last row, when the bytes ended without a line break.
    mutating func finish() -> Row? {
        if state == .quoted {
            fault = "A quoted field is not closed."
        }
        guard length > 0 else { return nil }
        return endRow()
    }

    private mutating func appendCSV(_ byte: UInt8, separator: UInt8) {
        let quote = UInt8(ascii: "\"")
        switch (state, byte) {
        case (.quoted, quote):
            state = .quoteInQuoted
        case (.quoted, _):
            field.append(byte)
        case (.plain, separator), (.fieldStart, separator), (.quoteInQuoted, separator):
            endField()
        case (.fieldStart, quote):
            state = .quoted
        case (.quoteInQuoted, quote):
            field.append(byte)
            state = .quoted
        case (.quoteInQuoted, UInt8(ascii: "\r")):
            state = .returnAfterQuoted
        case (.quoteInQuoted, _), (.returnAfterQuoted, _), (.plain, quote):
            fault = "A quote stands in the middle of a field. Double it, and quote the field."
            // The next line break ends the row: one bad quote must not take the rows after it along.
            state = .plain
        case (.fieldStart, _), (.plain, _):
            field.append(byte)
            state = .plain
        }
    }

    private mutating func endField() {
        fields.append(field)
        field = []
        state = .fieldStart
    }

    private mutating func endRow() -> Row {
        // The half of a line break; inside quotes it is the field's own.
        if state == .plain || separator == nil, field.last == UInt8(ascii: "\r") {
            field.removeLast()
        }
        endField()
        let row = Row(line: firstLine, fields: fields, fault: fault)
        fields = []
        length = 0
        fault = nil
        firstLine = line
        return row
    }
}
