// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// What is stored under a key: a byte that tells the format, the moment it ends, the tags, the value.
///
/// | bytes | what |
/// | --- | --- |
/// | 1 | the format: 0 no value, 1 plain, 2 zstd; and 16 if there are tags |
/// | 8 | when it ends, in milliseconds since 1970 |
/// | 2 | with tags: how many; then for each its length in 2 bytes, and its text |
/// | the rest | the value's bytes |
///
/// The tags are there for the instances that keep a copy in memory, and the end because a copy must not outlive it.
struct CacheEnvelope: Hashable, Sendable {
    /// The value's bytes; nil if it is known that there is no value.
    var payload: ByteBuffer?
    var tags: [String] = []
    /// In milliseconds since 1970.
    var expiry: Int64

    private enum Format: UInt8 {
        case absent = 0
        case plain = 1
        case zstd = 2
    }

    private static let tagged: UInt8 = 16

    /// Nil if the tags are more or longer than two bytes can count.
    func encoded(compressingFrom threshold: Int?, level: Int) -> ByteBuffer? {
        var format = payload == nil ? Format.absent : .plain
        var body = payload ?? ByteBuffer()
        if let threshold, body.readableBytes >= threshold, let smaller = Zstandard.compress(body, level: level) {
            body = smaller
            format = .zstd
        }
        var bytes = ByteBuffer()
        bytes.reserveCapacity(body.readableBytes + 9 + tags.reduce(2) { $0 + $1.utf8.count + 2 })
        bytes.writeInteger(format.rawValue | (tags.isEmpty ? 0 : Self.tagged))
        bytes.writeInteger(expiry)
        if !tags.isEmpty {
            guard let count = UInt16(exactly: tags.count) else { return nil }
            bytes.writeInteger(count)
            for tag in tags {
                guard let length = UInt16(exactly: tag.utf8.count) else { return nil }
                bytes.writeInteger(length)
                bytes.writeString(tag)
            }
        }
        bytes.writeImmutableBuffer(body)
        return bytes
    }

    /// Nil if the bytes are none of ours, or are damaged.
    init?(decoding bytes: ByteBuffer, maximumSize: Int) {
        var bytes = bytes
        guard let head = bytes.readInteger(as: UInt8.self), let expiry = bytes.readInteger(as: Int64.self),
            let format = Format(rawValue: head & ~Self.tagged)
        else { return nil }
        self.expiry = expiry
        if head & Self.tagged != 0 {
            guard let count = bytes.readInteger(as: UInt16.self) else { return nil }
            for _ in 0..<count {
                guard let length = bytes.readInteger(as: UInt16.self), let tag = bytes.readString(length: Int(length))
                else { return nil }
                tags.append(tag)
            }
        }
        switch format {
        case .absent:
            guard bytes.readableBytes == 0 else { return nil }
            payload = nil
        case .plain:
            payload = bytes.slice()
        case .zstd:
            guard let plain = Zstandard.decompress(bytes, limit: maximumSize) else { return nil }
            payload = plain
        }
    }

    init(payload: ByteBuffer?, tags: [String], expiry: Int64) {
        self.payload = payload
        self.tags = tags
        self.expiry = expiry
    }
}
