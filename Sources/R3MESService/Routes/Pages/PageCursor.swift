// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// Where a page ended, as an opaque text that clients hand back.
///
/// It is `version ‖ position ‖ tag` in base64url. The tag is HMAC-SHA-256, cut to 128 bits, over version, position and
/// the list that the position belongs to (path, sort, filters): a cursor that was changed, made up, or taken from another
/// list has the wrong tag and is refused.
struct PageCursor: Sendable {
    private static let version: UInt8 = 1
    private static let tagLength = 16

    private let key: SymmetricKey

    init(secret: Secret) {
        key = SymmetricKey(data: SHA256.hash(data: Data(secret.value.utf8)))
    }

    /// The text for a position in a list.
    func encode(_ position: [UInt8], in list: String) -> String {
        let body = [Self.version] + position
        return Base64URL.encode(body + tag(of: body, list: list))
    }

    /// The position that ``encode(_:in:)`` was given for this very list.
    func decode(_ text: String, in list: String) throws(ServiceError) -> [UInt8] {
        guard let bytes = Base64URL.decode(text), bytes.count > Self.tagLength, bytes[0] == Self.version else {
            throw ServiceError(.cursorInvalid, "Take the cursor from `next_cursor` of the page before.")
        }
        let body = Array(bytes.dropLast(Self.tagLength))
        let expected = tag(of: body, list: list)
        // Compared without stopping at the first difference: the time taken tells nothing of the tag.
        let difference = zip(expected, bytes.suffix(Self.tagLength)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0 else {
            throw ServiceError(
                .cursorInvalid,
                "The cursor was made for another list. Keep sort and filters as they were, or start without a cursor."
            )
        }
        return Array(body.dropFirst())
    }

    private func tag(of body: [UInt8], list: String) -> [UInt8] {
        var code = HMAC<SHA256>(key: key)
        code.update(data: [UInt8(truncatingIfNeeded: body.count)] + body)
        code.update(data: Data(list.utf8))
        return Array(code.finalize().prefix(Self.tagLength))
    }
}
