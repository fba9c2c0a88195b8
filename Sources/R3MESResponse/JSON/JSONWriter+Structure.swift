// SPDX-License-Identifier: Apache-2.0

public import NIOCore

extension JSONWriter {
    /// Writes `{`, the members that the closure writes, and `}`.
    public mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        begin(UInt8(ascii: "{"))
        try members(&self)
        end(UInt8(ascii: "}"))
    }

    /// Writes `[`, an element for each item, and `]`.
    public mutating func array<Items: Sequence, Failure: Error>(
        _ items: Items,
        _ element: (inout JSONWriter, Items.Element) throws(Failure) -> Void
    ) throws(Failure) {
        begin(UInt8(ascii: "["))
        for item in items {
            try element(&self, item)
        }
        end(UInt8(ascii: "]"))
    }

    /// Writes the elements of a string array.
    public mutating func strings(_ texts: some Sequence<String>) {
        array(texts) { json, text in json.string(text) }
    }

    /// Writes a member whose name comes from outside and may need escapes.
    public mutating func member<Failure: Error>(
        named name: String,
        _ value: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        string(name)
        buffer.writeInteger(UInt8(ascii: ":"))
        needsComma = false
        try value(&self)
        needsComma = true
    }

    /// Writes a member of an object, whose value the closure writes.
    ///
    /// The name is written as it is: it must need no escape.
    public mutating func member<Failure: Error>(
        _ name: StaticString,
        _ value: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.name(name)
        try value(&self)
        needsComma = true
    }

    /// Ends a line of NDJSON: the next value begins anew.
    public mutating func endLine() {
        buffer.writeInteger(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Gives away what has been written, and goes on in an empty buffer with as much room.
    public mutating func takeBuffer() -> ByteBuffer {
        let written = buffer
        buffer = ByteBufferAllocator().buffer(capacity: written.readableBytes)
        return written
    }

    /// Writes the name of a member and its colon; the value comes next.
    @inline(__always)
    mutating func name(_ name: StaticString) {
        let comma = needsComma
        needsComma = false
        name.withUTF8Buffer { bytes in
            write(atMost: bytes.count + 4) { output in
                var end = 0
                if comma {
                    output[0] = UInt8(ascii: ",")
                    end = 1
                }
                output[end] = UInt8(ascii: "\"")
                if let start = bytes.baseAddress {
                    (output + end + 1).update(from: start, count: bytes.count)
                }
                end += bytes.count + 1
                output[end] = UInt8(ascii: "\"")
                output[end + 1] = UInt8(ascii: ":")
                return end + 2
            }
        }
    }

    private mutating func begin(_ character: UInt8) {
        separate()
        buffer.writeInteger(character)
        needsComma = false
    }

    private mutating func end(_ character: UInt8) {
        buffer.writeInteger(character)
        needsComma = true
    }
}
