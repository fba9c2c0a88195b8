// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Parses the input at once, and again in pieces that the input itself chooses: both must give the same values or error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    // Small limits, so that inputs of some hundred bytes reach them.
    var limits = RESPLimits()
    limits.depth = 8
    limits.lineLength = 64
    limits.bulkLength = 256
    limits.size = 512
    limits.elements = 64
    let whole = parse([ByteBuffer(bytes: bytes)], limits)
    let single = parse(bytes.map { ByteBuffer(bytes: [$0]) }, limits)
    var pieces: [ByteBuffer] = []
    var index = 0
    while index < count {
        let end = min(count, index + 1 + Int(bytes[index] % 16))
        pieces.append(ByteBuffer(bytes: bytes[index..<end]))
        index = end
    }
    let cut = parse(pieces, limits)
    precondition(whole == single, "byte by byte gives something else")
    precondition(whole == cut, "cut in pieces gives something else")
    return 0
}

private struct Outcome: Equatable {
    /// As text, since a number that is none is not equal to itself.
    var values: [String] = []
    var error: RESPParseError?
}

private func parse(_ pieces: [ByteBuffer], _ limits: RESPLimits) -> Outcome {
    var parser = RESPParser(limits: limits)
    var outcome = Outcome()
    for piece in pieces {
        parser.append(piece)
        do throws(RESPParseError) {
            while let value = try parser.next() {
                outcome.values.append("\(Description(value))")
            }
        } catch {
            outcome.error = error
            return outcome
        }
    }
    return outcome
}

/// A value with the bytes that it holds, which a buffer's own description leaves out.
private struct Description: CustomStringConvertible {
    let description: String

    init(_ value: RESPValue) {
        if let bytes = value.bytes {
            description = "\(Array(bytes.readableBytesView))"
        } else if case .map(let entries) = value {
            description = "map\(entries.map { [Description($0.key), Description($0.value)] })"
        } else if let elements = value.elements {
            description = "\(elements.map(Description.init))"
        } else {
            description = "\(value)"
        }
    }
}
