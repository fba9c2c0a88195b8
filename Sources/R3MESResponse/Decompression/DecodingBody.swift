// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore

/// A request's body, unpacked as it is read, in pieces of at most 64 KiB: reading slowly stops the sender.
struct DecodingBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let body: RequestBody
    let coding: ContentCoding
    let limits: DecompressionLimits

    func makeAsyncIterator() -> Iterator {
        Iterator(base: body.makeAsyncIterator(), coding: coding, limits: limits)
    }

    struct Iterator: AsyncIteratorProtocol {
        private static let pieceSize = 64 << 10

        private var base: RequestBody.AsyncIterator
        private let coding: ContentCoding
        private let limits: DecompressionLimits
        private var decoder: (any StreamDecoder)?
        private var input = ByteBuffer()
        private var read = 0
        private var written = 0
        /// The last piece was full: there may be more inside the decoder.
        private var mayHoldMore = false
        private var isDone = false

        init(base: RequestBody.AsyncIterator, coding: ContentCoding, limits: DecompressionLimits) {
            self.base = base
            self.coding = coding
            self.limits = limits
        }

        @concurrent
        mutating func next() async throws -> ByteBuffer? {
            guard !isDone else { return nil }
            let decoder: any StreamDecoder
            if let known = self.decoder {
                decoder = known
            } else {
                guard let made = try coding.makeDecoder() else { return try await base.next() }
                self.decoder = made
                decoder = made
            }
            while true {
                if input.readableBytes == 0, !mayHoldMore {
                    guard let more = try await base.next() else {
                        isDone = true
                        // A body without a byte is an empty body.
                        guard decoder.isFinished || read == 0 else {
                            throw ResponseError(.malformedBody, "The \(coding) data breaks off.")
                        }
                        return nil
                    }
                    input = more
                    read += more.readableBytes
                    continue
                }
                if let piece = try decode(by: decoder) { return piece }
            }
        }

        private mutating func decode(by decoder: any StreamDecoder) throws(ResponseError) -> ByteBuffer? {
            var piece = ByteBufferAllocator().buffer(capacity: Self.pieceSize)
            var failure: ResponseError?
            let before = input.readableBytes
            piece.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceSize) { space in
                do throws(ResponseError) {
                    return try decoder.decode(
                        &input,
                        into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(Self.pieceSize))
                    )
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure {
                isDone = true
                throw failure
            }
            mayHoldMore = piece.readableBytes == Self.pieceSize
            written += piece.readableBytes
            guard written <= limits.allowance(for: read) else {
                isDone = true
                throw ResponseError(.bodyTooLarge, "The body grows beyond what is allowed when it is unpacked.")
            }
            if piece.readableBytes == 0 {
                guard input.readableBytes < before || input.readableBytes == 0 else {
                    // Nothing in and nothing out would go on for ever.
                    isDone = true
                    throw .malformed(coding)
                }
                return nil
            }
            return piece
        }
    }
}
