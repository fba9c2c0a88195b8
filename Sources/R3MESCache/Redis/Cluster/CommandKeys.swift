// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Where the keys of a command stand among its words, the name being word 0.
enum CommandKeys: Sendable {
    /// From the first word to the last, which counts from the end if negative.
    case range(first: Int, last: Int, step: Int)
    /// So many as the word says that stands there, right behind it; and those in the words named.
    case counted(at: Int, others: [Int])
    /// The first half of what follows the word `STREAMS`.
    case streams

    /// Commands whose keys are not just the one that the command knows of itself.
    private static let table: [String: CommandKeys] = {
        var table: [String: CommandKeys] = ["XREAD": .streams, "XREADGROUP": .streams]
        func add(_ names: String, _ keys: CommandKeys) {
            for name in names.split(separator: " ") { table[String(name)] = keys }
        }
        add(
            "MGET DEL UNLINK EXISTS TOUCH SINTER SUNION SDIFF SINTERSTORE SUNIONSTORE SDIFFSTORE PFCOUNT PFMERGE",
            .range(first: 1, last: -1, step: 1)
        )
        add("MSET MSETNX", .range(first: 1, last: -1, step: 2))
        add(
            "RENAME RENAMENX SMOVE RPOPLPUSH LMOVE COPY GEOSEARCHSTORE ZRANGESTORE LCS",
            .range(first: 1, last: 2, step: 1)
        )
        add("BITOP", .range(first: 2, last: -1, step: 1))
        add("OBJECT XGROUP XINFO MEMORY", .range(first: 2, last: 2, step: 1))
        add("EVAL EVALSHA EVAL_RO EVALSHA_RO FCALL FCALL_RO", .counted(at: 2, others: []))
        add("ZUNION ZINTER ZDIFF ZINTERCARD SINTERCARD LMPOP ZMPOP", .counted(at: 1, others: []))
        add("ZUNIONSTORE ZINTERSTORE ZDIFFSTORE", .counted(at: 2, others: [1]))
        return table
    }()

    static func of(_ name: String) -> CommandKeys? { table[name] }

    /// Which words are keys.
    func indices(in words: [ByteBuffer]) -> [Int] {
        switch self {
        case .range(let first, let last, let step):
            return Array(
                stride(from: first, to: min(last < 0 ? words.count + last : last, words.count - 1) + 1, by: step)
            )
        case .counted(let position, let others):
            guard position < words.count, let count = Int(String(buffer: words[position])), count > 0 else {
                return others.filter { $0 < words.count }
            }
            return others + (position + 1..<min(words.count, position + 1 + min(count, words.count)))
        case .streams:
            guard let start = words.firstIndex(where: { String(buffer: $0).uppercased() == "STREAMS" }) else {
                return []
            }
            return Array(start + 1..<start + 1 + (words.count - start - 1) / 2)
        }
    }
}

extension RedisCommand {
    /// The name in capitals.
    var name: String {
        var bytes = body
        return bytes.readBulkString().map { String(buffer: $0).uppercased() } ?? ""
    }

    /// The name and the arguments.
    var words: [ByteBuffer] {
        var bytes = body
        var words: [ByteBuffer] = []
        words.reserveCapacity(count)
        while let word = bytes.readBulkString() { words.append(word) }
        return words
    }

    /// A command of another's words.
    init(words: [ByteBuffer]) {
        self = words.dropFirst().reduce(into: RedisCommand(String(buffer: words.first ?? ByteBuffer()), [])) {
            $0.append(bytes: $1)
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func readBulkString() -> ByteBuffer? {
        guard readInteger(as: UInt8.self) != nil else { return nil }
        var length = 0
        while let byte = readInteger(as: UInt8.self), byte != UInt8(ascii: "\r") {
            length = length * 10 + Int(byte &- UInt8(ascii: "0"))
        }
        moveReaderIndex(forwardBy: 1)
        defer { moveReaderIndex(forwardBy: min(2, readableBytes)) }
        return readSlice(length: length)
    }
}
