// SPDX-License-Identifier: Apache-2.0

/// A pattern of keys as Redis has them: `*` stands for any text, `?` for one byte, `[a-c]` and `[^a-c]` for one of a
/// set, and `\` takes the next byte as it is.
///
/// Patterns are compared byte by byte. A `[` without its `]` stands for a set that reaches to the end, as in Redis.
struct GlobPattern: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case byte(UInt8)
        case any
        case anyByte
        case set([ClosedRange<UInt8>], isNegated: Bool)

        func matches(_ byte: UInt8) -> Bool {
            switch self {
            case .byte(let own): own == byte
            case .any: false
            case .anyByte: true
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
            }
        }
    }

    private let pieces: [Piece]
    /// The bytes that every matching key begins with.
    let prefix: [UInt8]
    /// True if every key with that prefix matches.
    let isPrefix: Bool

    /// Reads a pattern; every text is one.
    init(_ text: String) {
        var pieces: [Piece] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                if pieces.last != .any { pieces.append(.any) }
            case UInt8(ascii: "?"): pieces.append(.anyByte)
            case UInt8(ascii: "["): pieces.append(Self.readSet(&rest))
            case UInt8(ascii: "\\"): pieces.append(.byte(rest.popFirst() ?? byte))
            default: pieces.append(.byte(byte))
            }
        }
        var prefix: [UInt8] = []
        for piece in pieces {
            guard case .byte(let byte) = piece else { break }
            prefix.append(byte)
        }
        self.pieces = pieces
        self.prefix = prefix
        isPrefix = pieces.count == prefix.count + 1 && pieces.last == .any
    }

    private static func readSet(_ rest: inout ArraySlice<UInt8>) -> Piece {
        var ranges: [ClosedRange<UInt8>] = []
        let isNegated = rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        while var low = rest.popFirst(), low != UInt8(ascii: "]") {
            if low == UInt8(ascii: "\\"), let next = rest.popFirst() { low = next }
            var high = low
            if rest.first == UInt8(ascii: "-"), rest.count > 1, rest[rest.startIndex + 1] != UInt8(ascii: "]") {
                rest.removeFirst()
                high = rest.removeFirst()
                if high == UInt8(ascii: "\\"), let next = rest.popFirst() { high = next }
            }
            ranges.append(min(low, high)...max(low, high))
        }
        return .set(ranges, isNegated: isNegated)
    }

    /// Whether a key matches; costs at most its length times that of the pattern.
    func matches(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
        var piece = 0
        var index = 0
        // Where to go on if what follows the last `*` turns out not to match: that `*` takes one byte more.
        var retry: (piece: Int, index: Int)?
        while index < key.count {
            if piece < pieces.count, pieces[piece] == .any {
                piece += 1
                retry = (piece, index)
            } else if piece < pieces.count, pieces[piece].matches(key[index]) {
                piece += 1
                index += 1
            } else if let last = retry {
                piece = last.piece
                index = last.index + 1
                retry = (piece, index)
            } else {
                return false
            }
        }
        while piece < pieces.count, pieces[piece] == .any { piece += 1 }
        return piece == pieces.count
    }

    /// Whether a key matches.
    func matches(_ key: String) -> Bool {
        key.withBytes { matches($0) }
    }
}

extension String {
    /// The UTF-8 bytes, in place where the string has them so, which is always the case but for bridged ones.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        utf8.withContiguousStorageIfAvailable(body) ?? Array(utf8).withUnsafeBufferPointer(body)
    }
}
