// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

/// Packs what is written to it and passes it on; what one write brought is on its way when the write returns.
struct EncodingWriter: ResponseBodyWriter {
    private var next: any ResponseBodyWriter
    private let encoder: any StreamEncoder
    private let coding: ContentCoding
    private let metrics: CompressionMetrics
    private var read = 0
    private var written = 0

    init(next: any ResponseBodyWriter, encoder: any StreamEncoder, coding: ContentCoding, metrics: CompressionMetrics) {
        self.next = next
        self.encoder = encoder
        self.coding = coding
        self.metrics = metrics
    }

    @concurrent
    mutating func write(_ buffer: ByteBuffer) async throws {
        try await write(buffer, .flush)
    }

    @concurrent
    mutating func write(contentsOf buffers: some Sequence<ByteBuffer>) async throws {
        for buffer in buffers {
            try await write(buffer, .more)
        }
        try await write(ByteBuffer(), .flush)
    }

    @concurrent
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await write(ByteBuffer(), .end)
        metrics.record(coding, from: read, to: written)
        try await next.finish(trailingHeaders)
    }

    @concurrent
    private mutating func write(_ buffer: ByteBuffer, _ step: EncodingStep) async throws {
        guard buffer.readableBytes > 0 || step != .more else { return }
        var output = ByteBufferAllocator().buffer(capacity: buffer.readableBytes / 4 + 64)
        try buffer.withReadableBytes { bytes throws(ResponseError) in
            try encoder.encode(bytes, step, into: &output)
        }
        read += buffer.readableBytes
        written += output.readableBytes
        if output.readableBytes > 0 {
            try await next.write(output)
        }
    }
}

/// Keeps a whole body in memory.
final class BodyCollector: ResponseBodyWriter {
    private(set) var buffer = ByteBuffer()
    private(set) var trailers: HTTPFields?

    func write(_ buffer: ByteBuffer) async throws {
        // The usual body is one buffer, which needs no copy.
        if self.buffer.readableBytes == 0 {
            self.buffer = buffer
        } else {
            self.buffer.writeImmutableBuffer(buffer)
        }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {
        trailers = trailingHeaders
    }
}
