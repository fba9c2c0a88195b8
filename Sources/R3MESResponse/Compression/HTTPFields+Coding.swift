// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension HTTPFields {
    /// Says that the body is packed, and takes away what was true of the plain body only.
    mutating func describe(_ coding: ContentCoding) {
        self[.contentEncoding] = coding.description
        if let tag = self[.eTag].flatMap({ EntityTag($0) }) {
            self[.eTag] = tag.suffixed(for: coding).description
        }
        self[.acceptRanges] = nil
        for name: HTTPField.Name in [.contentDigest, .reprDigest, .digest, .contentMD5] {
            self[name] = nil
        }
    }
}

extension EntityTag {
    /// The tag of the packed body: with a suffix if strong, since a strong tag stands for bytes (RFC 9110, section 8.8.3.3).
    func suffixed(for coding: ContentCoding) -> EntityTag {
        isWeak ? self : EntityTag(unchecked: "\(value)-\(coding)", isWeak: false)
    }

    /// The tag of the plain body; nil if this is not the tag of a body packed so.
    func unsuffixed(for coding: ContentCoding) -> EntityTag? {
        let suffix = "-\(coding)"
        guard !isWeak, value.hasSuffix(suffix) else { return nil }
        return EntityTag(unchecked: String(value.dropLast(suffix.count)), isWeak: false)
    }
}
