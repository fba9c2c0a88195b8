// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Makes values of the bytes of a RESP2 or RESP3 stream, however they are cut.
///
/// A value type without input or output: bytes go in by ``append(_:)``, whole answers come out by ``next()``. What has been
/// read of an unfinished answer is never read again, so any way of cutting costs the same. Nothing recurses, nothing traps,
/// and no length that the other side names reserves memory before its bytes have come.
///
/// Attributes (`|`) are read and dropped: they are hints beside an answer and no part of it.
struct RESPParser: Sendable {
    let limits: RESPLimits
    /// What has not been read yet.
    private(set) var buffer = ByteBuffer()
    /// The aggregates that have begun and not ended, the innermost last.
    private var frames: [RESPFrame] = []
    /// How many bytes of the first unread line are known to hold no line break.
    private var scanned = 0
    /// The length of a bulk string whose payload hasn't come yet.
    private var bulk: RESPBulk?
    /// The bytes and elements of the answer under way.
    private var size = 0
    private var elements = 0
    private var failure: RESPParseError?

    init(limits: RESPLimits = RESPLimits()) {
        self.limits = limits
    }

    /// Adds bytes; free of copies when all before have been read.
    mutating func append(_ bytes: ByteBuffer) {
        let unread = buffer.readableBytes
        guard unread > 0 else {
            buffer = bytes
            return
        }
        if buffer.readerIndex >= unread {
            // Leaves behind what has been read, or a stream whose cuts never fall between answers would pile up.
            var rest = ByteBuffer()
            rest.reserveCapacity(unread + bytes.readableBytes)
            rest.writeImmutableBuffer(buffer)
            buffer = rest
        }
        buffer.writeImmutableBuffer(bytes)
    }

    /// The next whole answer, nil if it hasn't all come.
    ///
    /// After an error every call throws it again, for nobody can tell where the next answer would begin.
    mutating func next() throws(RESPParseError) -> RESPValue? {
        if let failure { throw failure }
        do throws(RESPParseError) {
            return try parse()
        } catch {
            failure = error
            buffer = ByteBuffer()
            frames = []
            throw error
        }
    }

    private mutating func parse() throws(RESPParseError) -> RESPValue? {
        while true {
            guard var value = try element() else {
                if buffer.readableBytes == 0 {
                    // Gives the storage back, so that whoever read into it can use it again.
                    buffer = ByteBuffer()
                }
                return nil
            }
            // The value may be the last one of its aggregate, and that the last one of the one around it.
            while true {
                if case .complete(let whole) = value {
                    guard !frames.isEmpty else {
                        size = 0
                        elements = 0
                        return whole
                    }
                    frames[frames.count - 1].append(whole)
                }
                guard let last = frames.last, last.isComplete else { break }
                frames.removeLast()
                if last.kind == .attribute {
                    if frames.isEmpty {
                        size = 0
                        elements = 0
                    }
                    // The value itself still follows.
                    break
                }
                value = .complete(last.value)
            }
        }
    }

    private enum Element {
        case complete(RESPValue)
        case opened
    }

    /// Reads one scalar or the head of one aggregate; nil if it hasn't all come.
    private mutating func element() throws(RESPParseError) -> Element? {
        if let bulk {
            return try payload(of: bulk)
        }
        guard let line = try line() else { return nil }
        try count(line.count + 3)
        switch line.type {
        case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"):
            guard let length = try length(in: line) else { return .complete(.null) }
            guard length <= limits.bulkLength else { throw .bulkTooLong }
            guard length <= limits.size - size else { throw .answerTooLarge }
            let bulk = RESPBulk(type: line.type, length: length)
            self.bulk = bulk
            return try payload(of: bulk)
        case UInt8(ascii: "*"), UInt8(ascii: "%"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "|"):
            guard let length = try length(in: line) else { return .complete(.null) }
            return try open(line.type, length)
        default:
            let value = try scalar(line)
            buffer.moveReaderIndex(forwardBy: line.count + 3)
            return .complete(value)
        }
    }

    /// The next line, which stays unread; nil if it hasn't all come.
    private mutating func line() throws(RESPParseError) -> RESPLine? {
        switch try RESPLine.find(in: buffer, from: scanned, limit: limits.lineLength) {
        case .found(let line):
            scanned = 0
            return line
        case .missing(let scanned):
            self.scanned = scanned
            return nil
        }
    }

    /// Reads a length; nil if it is RESP2's -1 for no value.
    private mutating func length(in line: RESPLine) throws(RESPParseError) -> Int? {
        let length = try integer(line)
        buffer.moveReaderIndex(forwardBy: line.count + 3)
        guard length >= 0 else {
            guard length == -1, line.type == UInt8(ascii: "$") || line.type == UInt8(ascii: "*") else {
                throw .negativeLength
            }
            return nil
        }
        guard let length = Int(exactly: length) else { throw .bulkTooLong }
        return length
    }

    private mutating func open(_ type: UInt8, _ length: Int) throws(RESPParseError) -> Element {
        let kind = RESPFrame.Kind(type)
        if kind == .push && !frames.isEmpty || kind == .attribute && frames.last?.kind == .attribute {
            throw .nestedPush
        }
        let (count, overflows) = length.multipliedReportingOverflow(by: kind.width)
        guard !overflows, count <= limits.elements - elements else { throw .tooManyElements }
        guard frames.count < limits.depth else { throw .nestedTooDeep }
        elements += count
        // At least three bytes make an element: more than have come needn't be made room for yet.
        let room = min(length, buffer.readableBytes / (3 * kind.width) + 1)
        frames.append(RESPFrame(kind: kind, count: length, room: room))
        return .opened
    }

    private mutating func count(_ bytes: Int) throws(RESPParseError) {
        guard bytes <= limits.size - size else { throw .answerTooLarge }
        size += bytes
    }

    /// The payload of a bulk string, nil if it hasn't all come.
    private mutating func payload(of bulk: RESPBulk) throws(RESPParseError) -> Element? {
        guard buffer.readableBytes >= bulk.length + 2 else { return nil }
        let (cr, lf) = (
            buffer.getInteger(at: buffer.readerIndex + bulk.length, as: UInt8.self),
            buffer.getInteger(at: buffer.readerIndex + bulk.length + 1, as: UInt8.self)
        )
        guard cr == UInt8(ascii: "\r"), lf == UInt8(ascii: "\n") else { throw .missingTerminator }
        try count(bulk.length + 2)
        self.bulk = nil
        let value: RESPValue
        switch bulk.type {
        case UInt8(ascii: "$"):
            value = .bulkString(take(at: buffer.readerIndex, bulk.length))
        case UInt8(ascii: "!"):
            value = .error(RESPError(buffer.getString(at: buffer.readerIndex, length: bulk.length) ?? ""))
        default:
            guard bulk.length >= 4,
                buffer.getInteger(at: buffer.readerIndex + 3, as: UInt8.self) == UInt8(ascii: ":"),
                let format = buffer.getString(at: buffer.readerIndex, length: 3)
            else { throw .malformedVerbatimString }
            value = .verbatimString(format: format, take(at: buffer.readerIndex + 4, bulk.length - 4))
        }
        buffer.moveReaderIndex(forwardBy: bulk.length + 2)
        return .complete(value)
    }

    /// Bytes of the buffer: a slice where it is a large part of what it keeps alive, else a copy.
    func take(at index: Int, _ length: Int) -> ByteBuffer {
        guard let slice = buffer.getSlice(at: index, length: length) else { return ByteBuffer() }
        return length >= buffer.storageCapacity / 4 ? slice : ByteBuffer(bytes: slice.readableBytesView)
    }
}
