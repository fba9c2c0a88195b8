// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension Int64: RESPDecodable {
    /// A whole number, or a text that is one.
    public init(resp value: RESPValue) throws(CacheError) {
        switch value {
        case .integer(let number):
            self = number
        case .boolean(let flag):
            self = flag ? 1 : 0
        default:
            guard let bytes = value.bytes, let number = Int64(String(buffer: bytes)) else {
                throw .unexpected(value, for: "a whole number")
            }
            self = number
        }
    }
}

extension Int: RESPDecodable {
    /// A whole number, or a text that is one.
    public init(resp value: RESPValue) throws(CacheError) {
        guard let number = Int(exactly: try Int64(resp: value)) else { throw .unexpected(value, for: "a whole number") }
        self = number
    }
}

extension Double: RESPDecodable {
    /// A number, or a text that is one.
    public init(resp value: RESPValue) throws(CacheError) {
        switch value {
        case .double(let number):
            self = number
        case .integer(let number):
            self = Double(number)
        default:
            guard let bytes = value.bytes, let number = Double(String(buffer: bytes)) else {
                throw .unexpected(value, for: "a number")
            }
            self = number
        }
    }
}

extension Bool: RESPDecodable {
    /// A boolean, the numbers 1 and 0, or the status `OK`, which is true.
    public init(resp value: RESPValue) throws(CacheError) {
        switch value {
        case .boolean(let flag):
            self = flag
        case .integer(let number) where number == 0 || number == 1:
            self = number == 1
        default:
            guard value.isOK else { throw .unexpected(value, for: "a boolean") }
            self = true
        }
    }
}
