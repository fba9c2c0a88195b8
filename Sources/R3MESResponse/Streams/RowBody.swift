// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

/// Where a stream writes its rows.
protocol RowWriter: Sendable {
    associatedtype Row

    /// Begins the text, such as with a header.
    func begin(_ output: inout ByteBuffer)
    /// Adds a row.
    mutating func write(_ row: Row, to output: inout ByteBuffer) throws
}

extension Response {
    /// An answer of rows that are sent as they come.
    ///
    /// The rows are asked for one after the other, and not while the client's socket is full: a slow reader stops the reading.
    /// When they end with an error, the client can tell: the chunked body breaks off, or, if it has said `TE: trailers`,
    /// the trailer `X-Stream-Status` says so.
    static func rows<Rows: AsyncSequence & Sendable, Writer: RowWriter>(
        _ rows: Rows,
        by writer: Writer,
        mediaType: String,
        request: Request,
        headers: HTTPFields,
        configuration: RowStreamConfiguration
    ) -> Response where Writer.Row == Rows.Element {
        let hasTrailers = request.acceptsTrailers
        var headers = headers
        headers[.contentType] = mediaType
        if hasTrailers {
            headers[.trailer] = HTTPField.Name.streamStatus.rawName
        }
        let pieceSize = max(configuration.pieceSize, 0)
        let body = ResponseBody { output in
            var writer = writer
            var piece = ByteBufferAllocator().buffer(capacity: pieceSize + 1024)
            var count = 0
            writer.begin(&piece)
            do {
                for try await row in rows {
                    try writer.write(row, to: &piece)
                    count += 1
                    if piece.readableBytes >= pieceSize {
                        try await output.write(piece)
                        // The channel may still hold the one before.
                        piece = ByteBufferAllocator().buffer(capacity: pieceSize + 1024)
                    }
                }
            } catch  where hasTrailers && !Task.isCancelled {
                // Whatever has been read is good, and the client is told that it isn't all.
                if piece.readableBytes > 0 { try await output.write(piece) }
                return try await output.finish([.streamStatus: "failed; rows=\(count)"])
            }
            if piece.readableBytes > 0 { try await output.write(piece) }
            try await output.finish(hasTrailers ? [.streamStatus: "complete; rows=\(count)"] : nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

extension Request {
    /// Whether the client says that it reads trailers.
    var acceptsTrailers: Bool {
        (headers[.te] ?? "").split(separator: ",").contains { part in
            let name = part.split(separator: ";").first.map { $0.trimmingOptionalWhitespace.lowercased() }
            return name == "trailers"
        }
    }
}
