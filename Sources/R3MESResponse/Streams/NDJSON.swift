// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import Hummingbird
import NIOCore

extension Response {
    /// Rows as NDJSON: a JSON value a line.
    ///
    /// The rows are asked for one after the other, and not while the client's socket is full. If they end with an error, the
    /// chunked body breaks off; a client that says `TE: trailers` gets the trailer `X-Stream-Status: failed; rows=7` instead,
    /// and `complete; rows=9` in the good case.
    ///
    /// - Parameters:
    ///   - rows: The rows; iterated once, after the head has been sent.
    ///   - request: Whom this answers.
    ///   - headers: More headers.
    ///   - configuration: How rows are sent.
    ///   - write: Writes a row as one value.
    public static func ndjson<Rows: AsyncSequence & Sendable>(
        _ rows: Rows,
        for request: Request,
        headers: HTTPFields = [:],
        configuration: RowStreamConfiguration = RowStreamConfiguration(),
        _ write: @escaping @Sendable (inout JSONWriter, Rows.Element) throws -> Void
    ) -> Response {
        .rows(
            rows,
            by: NDJSONRows(writeRow: write),
            mediaType: "application/x-ndjson",
            request: request,
            headers: headers,
            configuration: configuration
        )
    }
}

private struct NDJSONRows<Row>: RowWriter {
    let writeRow: @Sendable (inout JSONWriter, Row) throws -> Void

    func begin(_ output: inout ByteBuffer) {}

    func write(_ row: Row, to output: inout ByteBuffer) throws {
        let start = output.writerIndex
        var json = JSONWriter(appendingTo: output)
        // One owner, or the buffer would be copied at the first byte.
        output = ByteBuffer()
        defer { output = json.buffer }
        do {
            try writeRow(&json, row)
        } catch {
            // No half of a line.
            json.buffer.moveWriterIndex(to: start)
            throw error
        }
        json.endLine()
    }
}
