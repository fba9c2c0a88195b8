// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Writes JSON (RFC 8259) straight into a buffer, members in the order given.
///
/// There are no intermediate objects and no reflection; the caller's order is the order on the wire, so that answers are
/// the same every time. Strings are looked through eight bytes at a time, and copied whole when nothing in them needs an
/// escape. Numbers and times are written without Foundation.
public struct JSONWriter: Sendable {
    /// What has been written so far.
    public internal(set) var buffer: ByteBuffer
    var needsComma = false

    /// What has been written so far, as a string.
    public var text: String { String(buffer: buffer) }

    /// An empty text.
    ///
    /// - Parameter capacity: How many bytes to make room for at first; the buffer grows as needed.
    public init(capacity: Int = 256) {
        buffer = ByteBufferAllocator().buffer(capacity: capacity)
    }

    /// A text that goes on after what a buffer holds already.
    public init(appendingTo buffer: ByteBuffer) {
        self.buffer = buffer
    }

    /// Makes room for bytes, and writes as many of them as the closure says.
    @inline(__always)
    mutating func write(atMost count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return body(start.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Writes the comma that is due before a value, and says that the next value needs one.
    @inline(__always)
    mutating func separate() {
        if needsComma {
            buffer.writeInteger(UInt8(ascii: ","))
        }
        needsComma = true
    }
}
