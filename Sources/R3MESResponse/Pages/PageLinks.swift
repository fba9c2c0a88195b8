// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import Hummingbird

/// Links to the pages around this one, for the `Link` field (RFC 8288).
///
/// The links are relative and have the request's own path and query, with another cursor.
public struct PageLinks: Hashable, Sendable {
    /// The cursor of the page after this one; nil if this is the last.
    public var next: String?
    /// The cursor of the page before this one; nil if this is the first.
    public var previous: String?
    /// Whether to link to the first page too, which has no cursor.
    public var includesFirst: Bool

    /// Makes links.
    public init(next: String? = nil, previous: String? = nil, includesFirst: Bool = false) {
        self.next = next
        self.previous = previous
        self.includesFirst = includesFirst
    }

    /// The `Link` field; no field if there is nothing to link to.
    ///
    /// - Parameters:
    ///   - request: The request for this page.
    ///   - parameter: The query parameter that has the cursor.
    public func fields(for request: Request, parameter: String = "cursor") -> HTTPFields {
        var links: [String] = []
        if includesFirst { links.append(link(to: nil, "first", request, parameter)) }
        if let previous { links.append(link(to: previous, "prev", request, parameter)) }
        if let next { links.append(link(to: next, "next", request, parameter)) }
        return links.isEmpty ? [:] : [.link: links.joined(separator: ", ")]
    }

    private func link(to cursor: String?, _ relation: String, _ request: Request, _ parameter: String) -> String {
        var query = (request.uri.query ?? "").split(separator: "&").filter { pair in
            pair != parameter && !pair.hasPrefix(parameter + "=")
        }.map(String.init)
        if let cursor { query.append("\(parameter)=\(cursor)") }
        let target = query.isEmpty ? request.uri.path : "\(request.uri.path)?\(query.joined(separator: "&"))"
        return "<\(Self.escaped(target))>; rel=\"\(relation)\""
    }

    /// What a client sent stands between `<` and `>`: characters that no URI has are escaped, or they would end the link.
    private static func escaped(_ target: String) -> String {
        let isPlain = { (byte: UInt8) in
            byte > 0x20 && byte < 0x7F && ![0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D].contains(byte)
        }
        guard !target.utf8.allSatisfy(isPlain) else { return target }
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = target.utf8.flatMap { byte in
            isPlain(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
