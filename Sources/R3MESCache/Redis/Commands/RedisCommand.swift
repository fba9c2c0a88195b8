// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A command with its arguments, encoded as it is sent.
///
/// Cheap to copy. Arguments are bytes: nothing in them can be taken for a command.
public struct RedisCommand: Sendable {
    /// The arguments as bulk strings, the name first, without the head that says how many there are.
    private(set) var body: ByteBuffer
    /// How many arguments there are, the name included.
    private(set) var count = 0
    /// What the command would do to a connection that others share.
    let effect: ConnectionEffect
    /// Where the bytes of the first key are, by which a cluster finds the node.
    private(set) var key: Range<Int>?

    /// Makes a command without arguments.
    ///
    /// - Parameters:
    ///   - name: Its name, in any case, such as `OBJECT`; a subcommand is an argument.
    ///   - arguments: Its arguments in order.
    ///   - keyIndex: Which argument is the first key, from 0; nil if there is none. Only a cluster uses it.
    public init(_ name: String, _ arguments: [any RedisArgument] = [], keyIndex: Int? = 0) {
        effect = ConnectionEffect(of: name, arguments: arguments)
        body = ByteBuffer()
        body.reserveCapacity(name.utf8.count + 24 + 32 * arguments.count)
        append(text: name)
        for (index, argument) in arguments.enumerated() {
            let start = body.writerIndex
            argument.append(to: &self)
            if index == keyIndex {
                key = payload(from: start)
            }
        }
    }

    /// A command of ours, whose name is known to do nothing to the connection.
    init(_ name: StaticString, room: Int = 32) {
        effect = .none
        body = ByteBuffer()
        body.reserveCapacity(name.utf8CodeUnitCount + 16 + room)
        appendHead(name.utf8CodeUnitCount)
        body.writeStaticString(name)
        body.writeStaticString("\r\n")
        count = 1
    }

    /// A command of ours whose first argument is its key.
    init(_ name: StaticString, key: String, room: Int = 0) {
        self.init(name, room: key.utf8.count + 16 + room)
        append(key: key)
    }

    mutating func append(key text: String) {
        let start = body.writerIndex
        append(text: text)
        if key == nil {
            key = payload(from: start)
        }
    }

    mutating func append(text: String) {
        appendHead(text.utf8.count)
        body.writeString(text)
        body.writeStaticString("\r\n")
        count += 1
    }

    mutating func append(bytes: ByteBuffer) {
        appendHead(bytes.readableBytes)
        body.writeImmutableBuffer(bytes)
        body.writeStaticString("\r\n")
        count += 1
    }

    mutating func append(_ argument: some RedisArgument) {
        argument.append(to: &self)
    }

    private mutating func appendHead(_ length: Int) {
        body.writeRESPHead("$", length)
    }

    /// Where the text of the argument is that was written from here.
    private func payload(from start: Int) -> Range<Int> {
        var index = start
        while index < body.writerIndex, body.getInteger(at: index, as: UInt8.self) != UInt8(ascii: "\n") {
            index += 1
        }
        return index + 1..<max(index + 1, body.writerIndex - 2)
    }
}

extension ByteBuffer {
    /// Writes the head of a bulk string or an array.
    mutating func writeRESPHead(_ type: Unicode.Scalar, _ length: Int) {
        writeWithOutputRawSpan(minimumWritableBytes: 24) { span in
            span.append(UInt8(truncatingIfNeeded: type.value))
            var divisor = 1
            while length / divisor > 9 { divisor *= 10 }
            while divisor > 0 {
                span.append(UInt8(ascii: "0") + UInt8(length / divisor % 10))
                divisor /= 10
            }
            span.append(UInt8(ascii: "\r"))
            span.append(UInt8(ascii: "\n"))
        }
    }

    mutating func write(_ command: RedisCommand) {
        writeRESPHead("*", command.count)
        writeImmutableBuffer(command.body)
    }
}
