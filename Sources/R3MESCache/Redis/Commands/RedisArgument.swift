// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Something that can be sent as an argument of a command: text, bytes, a number.
public protocol RedisArgument: Sendable {
    /// Adds the value to a command as one argument.
    func append(to command: inout RedisCommand)
}

extension String: RedisArgument {
    /// Adds the text in UTF-8.
    public func append(to command: inout RedisCommand) {
        command.append(text: self)
    }
}

extension ByteBuffer: RedisArgument {
    /// Adds the readable bytes.
    public func append(to command: inout RedisCommand) {
        command.append(bytes: self)
    }
}

extension Array: RedisArgument where Element == UInt8 {
    /// Adds the bytes.
    public func append(to command: inout RedisCommand) {
        command.append(bytes: ByteBuffer(bytes: self))
    }
}

extension Int: RedisArgument {
    /// Adds the number in decimal.
    public func append(to command: inout RedisCommand) {
        command.append(text: String(self))
    }
}

extension Int64: RedisArgument {
    /// Adds the number in decimal.
    public func append(to command: inout RedisCommand) {
        command.append(text: String(self))
    }
}

extension Double: RedisArgument {
    /// Adds the number with as many digits as tell it from any other.
    public func append(to command: inout RedisCommand) {
        command.append(text: isInfinite ? (self < 0 ? "-inf" : "+inf") : "\(self)")
    }
}
