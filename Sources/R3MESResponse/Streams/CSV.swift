// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import Hummingbird
import NIOCore

extension Response {
    /// Rows as CSV (RFC 4180), after a line with the columns' names.
    ///
    /// Rows are asked for and errors shown as by ``ndjson(_:for:headers:configuration:_:)``.
    ///
    /// - Parameters:
    ///   - rows: The rows; iterated once, after the head has been sent.
    ///   - columns: The names in the first line.
    ///   - request: Whom this answers.
    ///   - headers: More headers, such as `Content-Disposition`.
    ///   - defusesFormulas: See ``CSVWriter/defusesFormulas``.
    ///   - configuration: How rows are sent.
    ///   - write: Writes the fields of a row.
    public static func csv<Rows: AsyncSequence & Sendable>(
        _ rows: Rows,
        columns: [String],
        for request: Request,
        headers: HTTPFields = [:],
        defusesFormulas: Bool = false,
        configuration: RowStreamConfiguration = RowStreamConfiguration(),
        _ write: @escaping @Sendable (inout CSVWriter, Rows.Element) throws -> Void
    ) -> Response {
        .rows(
            rows,
            by: CSVRows(columns: columns, defusesFormulas: defusesFormulas, writeRow: write),
            mediaType: "text/csv; charset=utf-8; header=present",
            request: request,
            headers: headers,
            configuration: configuration
        )
    }
}

private struct CSVRows<Row>: RowWriter {
    let columns: [String]
    let defusesFormulas: Bool
    let writeRow: @Sendable (inout CSVWriter, Row) throws -> Void

    func begin(_ output: inout ByteBuffer) {
        var csv = CSVWriter(appendingTo: output, defusesFormulas: false)
        for column in columns {
            csv.field(column)
        }
        csv.endRow()
        output = csv.buffer
    }

    func write(_ row: Row, to output: inout ByteBuffer) throws {
        let start = output.writerIndex
        var csv = CSVWriter(appendingTo: output, defusesFormulas: defusesFormulas)
        // One owner, or the buffer would be copied at the first byte.
        output = ByteBuffer()
        defer { output = csv.buffer }
        do {
            try writeRow(&csv, row)
        } catch {
            // No half of a row.
            csv.buffer.moveWriterIndex(to: start)
            throw error
        }
        csv.endRow()
    }
}
