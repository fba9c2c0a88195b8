// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// One line of an import that could not become a user.
public struct RejectedLine: Hashable, Sendable {
    /// The number of the line in the file, from 1.
    public let line: Int
    /// Why.
    public let error: ServiceError.Code
    /// Why, in words.
    public let detail: String

    init(line: Int, error: ServiceError) {
        self.line = line
        self.error = error.code
        let fields = error.fieldErrors.map { "\($0.field) \($0.reason)" }
        detail = fields.isEmpty ? error.detail : fields.joined(separator: "; ")
    }
}

/// Reads users from a stream of bytes that arrives in pieces of any size.
///
/// Memory is bounded by the longest record.
public struct UserRecordParser: Sendable {
    /// How records are written.
    public enum Format: String, CaseIterable, Sendable {
        /// RFC 4180, with a header line that names the columns.
        case csv
        /// One JSON object a line.
        case ndjson

        /// The format that a file name's ending stands for.
        public init?(fileName: String) {
            switch fileName.split(separator: ".").last.map({ $0.lowercased() }) {
            case "csv": self = .csv
            case "ndjson", "jsonl": self = .ndjson
            default: return nil
            }
        }
    }

    /// A record, or the reason why a line is none.
    public enum Outcome: Sendable {
        /// A user to import.
        case record(UserRecord, line: Int)
        /// A line to report.
        case rejected(RejectedLine)
    }

    /// The longest record.
    ///
    /// Metadata has 16 KiB at most, and may double in length where it is escaped.
    static let maximumRecordLength = 64 * 1024

    private let format: Format
    private var rows: DelimitedRows
    private var header: [String]?

    /// A parser at the start of a file.
    public init(_ format: Format) {
        self.format = format
        rows = DelimitedRows(
            separator: format == .csv ? UInt8(ascii: ",") : nil,
            maximumLength: Self.maximumRecordLength
        )
    }

    /// Takes the next bytes and hands over each record that they complete.
    ///
    /// - Throws: ``ServiceError`` when the file as a whole cannot be read, e.g. for a header without a wallet column.
    public mutating func parse(
        _ bytes: some Sequence<UInt8>,
        _ consume: (Outcome) throws -> Void
    ) throws {
        for byte in bytes {
            if let row = rows.append(byte) {
                try take(row, consume)
            }
        }
    }

    /// Hands over the last record, when the file does not end with a line break.
    public mutating func finish(_ consume: (Outcome) throws -> Void) throws {
        if let row = rows.finish() {
            try take(row, consume)
        }
    }

    private mutating func take(_ row: DelimitedRows.Row, _ consume: (Outcome) throws -> Void) throws {
        if row.fields.count == 1, row.fields[0].allSatisfy({ $0 == UInt8(ascii: " ") }), row.fault == nil {
            return
        }
        if format == .csv, header == nil {
            header = try checkedHeader(row)
            return
        }
        try consume(outcome(of: row))
    }

    private func outcome(of row: DelimitedRows.Row) -> Outcome {
        do throws(ServiceError) {
            return .record(try record(row), line: row.line)
        } catch {
            return .rejected(RejectedLine(line: row.line, error: error))
        }
    }

    private func record(_ row: DelimitedRows.Row) throws(ServiceError) -> UserRecord {
        if let fault = row.fault {
            throw ServiceError(.malformedBody, fault)
        }
        guard let header else {
            return try UserRecord(fields: ObjectFields(ByteBuffer(bytes: row.fields[0])))
        }
        guard row.fields.count == header.count else {
            throw ServiceError(
                .malformedBody,
                "The row has \(row.fields.count) columns, the header \(header.count)."
            )
        }
        return try UserRecord(fields: ObjectFields(csv: zip(header, row.fields)))
    }

    private func checkedHeader(_ row: DelimitedRows.Row) throws -> [String] {
        let names = row.fields.map { String(decoding: $0, as: UTF8.self) }
        let unknown = names.filter { !UserRecord.columns.contains($0) }
        let repeated = names.count != Set(names).count
        guard row.fault == nil, names.contains("wallet_address"), unknown.isEmpty, !repeated else {
            throw ServiceError(
                .malformedBody,
                "The first line must name the columns, once each: wallet_address, and any of "
                    + "\(UserRecord.columns.dropFirst().joined(separator: ", "))."
            )
        }
        return names
    }
}
