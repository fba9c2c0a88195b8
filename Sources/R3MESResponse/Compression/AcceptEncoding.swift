// SPDX-License-Identifier: Apache-2.0

/// What a client says in `Accept-Encoding` (RFC 9110, section 12.5.3).
///
/// Reading it costs one pass over its bytes and no memory. An element that is not well-formed is passed over, as are codings
/// that are not known here; of two elements for one coding the first counts.
public struct AcceptEncoding: Hashable, Sendable {
    /// What the server is to do.
    public struct Choice: Hashable, Sendable {
        /// The coding to send; nil if the client accepts nothing that the server could send.
        public let coding: ContentCoding?
        /// Whether the body may also be sent as it is.
        public let allowsIdentity: Bool
    }

    /// Thousandths by ``ContentCoding/Kind/index``; below zero where nothing is said.
    private var qualities = SIMD8<Int16>(repeating: -1)
    private var wildcard: Int16 = -1
    private let isAbsent: Bool

    /// Reads the field's value, several lines joined by commas; nil if the request has no such field.
    public init(_ field: String?) {
        isAbsent = field == nil
        guard var field else { return }
        field.withUTF8 { bytes in
            for element in UnsafeRawBufferPointer(bytes).split(separator: UInt8(ascii: ",")) {
                read(element)
            }
        }
    }

    /// How much the client wants a coding, from 0, which refuses it, to 1,000.
    ///
    /// A coding that isn't named is accepted as much as `*` is. ``ContentCoding/identity`` is accepted unless it is refused
    /// by name, or by a `*` when it isn't named.
    public func quality(of coding: ContentCoding) -> Int {
        let named = qualities[coding.kind.index]
        if named >= 0 { return Int(named) }
        if wildcard >= 0 { return Int(wildcard) }
        return coding == .identity ? 1 : 0
    }

    /// The coding that the client wants most; where it wants several alike, the first of the server's list.
    ///
    /// A client that says nothing gets the body as it is: it may be one that unpacks nothing.
    ///
    /// - Parameter codings: What the server can send, the one that it likes best first.
    public func choice(among codings: [ContentCoding]) -> Choice {
        guard !isAbsent else { return Choice(coding: .identity, allowsIdentity: true) }
        let identity = quality(of: .identity)
        var best: ContentCoding?
        var bestQuality = 0
        for coding in codings where coding != .identity {
            let quality = quality(of: coding)
            if quality > bestQuality {
                best = coding
                bestQuality = quality
            }
        }
        // Named above all codings, identity is what the client wants. `*` means any, and packed is as good.
        if qualities[ContentCoding.Kind.identity.index] > bestQuality || best == nil {
            return Choice(coding: identity > 0 ? .identity : nil, allowsIdentity: identity > 0)
        }
        return Choice(coding: best, allowsIdentity: identity > 0)
    }

    private mutating func read(_ element: Slice<UnsafeRawBufferPointer>) {
        let parts = element.trimmed
        let end = parts.firstIndex(of: UInt8(ascii: ";"))
        let token = parts[..<(end ?? parts.endIndex)].trimmed
        var quality: Int16 = 1000
        if let end {
            guard let weight = Self.weight(parts[(end + 1)...].trimmed) else { return }
            quality = weight
        }
        if token.count == 1, token.first == UInt8(ascii: "*") {
            if wildcard < 0 { wildcard = quality }
        } else if let kind = ContentCoding.Kind(token: UnsafeRawBufferPointer(rebasing: token)) {
            if qualities[kind.index] < 0 { qualities[kind.index] = quality }
        }
    }

    /// Thousandths of `q=0.123`; nil for any other form.
    private static func weight(_ text: Slice<UnsafeRawBufferPointer>) -> Int16? {
        var rest = text
        guard let name = rest.popFirst(), name | 0x20 == UInt8(ascii: "q"), rest.popFirst() == UInt8(ascii: "="),
            let first = rest.popFirst(), first == UInt8(ascii: "0") || first == UInt8(ascii: "1")
        else { return nil }
        var value = first == UInt8(ascii: "1") ? Int16(1000) : 0
        guard let point = rest.popFirst() else { return value }
        guard point == UInt8(ascii: "."), rest.count <= 3 else { return nil }
        var place: Int16 = 100
        for digit in rest {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value += Int16(digit - UInt8(ascii: "0")) * place
            place /= 10
        }
        return value <= 1000 ? value : nil
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Without the spaces and tabs around it.
    fileprivate var trimmed: Self {
        var rest = self
        while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest.removeFirst() }
        while let byte = rest.last, byte == 0x20 || byte == 0x09 { rest.removeLast() }
        return rest
    }
}
