// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// The tags of packed bodies in a request's conditions, kept while those within see the tags of plain ones.
struct CodedTags {
    /// The tags in `If-None-Match` that had the suffix of the chosen coding, with it and without.
    private var suffixed: [(packed: EntityTag, plain: EntityTag)] = []

    /// Takes suffixes off.
    ///
    /// In `If-None-Match`, of the chosen coding alone: another one's tag stands for a body which this client would not get
    /// now. In `If-Match`, of every coding: whichever body the client has seen, it speaks of the same state. The tags as they
    /// came stay too, for a tag's own end may only look like a suffix.
    init(takenFrom request: inout Request, coding: ContentCoding, known: [ContentCoding]) {
        if coding != .identity, let field = request.headers[.ifNoneMatch] {
            let tags = EntityTagCondition(field).tags
            suffixed = tags.compactMap { tag in tag.unsuffixed(for: coding).map { (tag, $0) } }
            if !suffixed.isEmpty {
                request = request.setting(.ifNoneMatch, to: (tags + suffixed.map(\.plain)).fieldValue)
            }
        }
        if let field = request.headers[.ifMatch] {
            let tags = EntityTagCondition(field).tags
            let plain = tags.flatMap { tag in known.compactMap { tag.unsuffixed(for: $0) } }
            if !plain.isEmpty {
                request = request.setting(.ifMatch, to: (tags + plain).fieldValue)
            }
        }
    }

    /// Gives a 304 the tag of the body that the client has.
    func restore(in response: inout Response) {
        guard
            let tag = response.headers[.eTag].flatMap({ EntityTag($0) }),
            let known = suffixed.first(where: { $0.plain == tag })
        else { return }
        response.headers[.eTag] = known.packed.description
    }
}

extension Request {
    /// The request with another header.
    func setting(_ name: HTTPField.Name, to value: String?) -> Request {
        var head = head
        head.headerFields[name] = value
        return Request(head: head, body: body)
    }
}
