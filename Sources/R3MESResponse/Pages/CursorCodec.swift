// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Makes cursors into texts that clients hand back, and reads them again.
///
/// A text is `version ‖ key ‖ payload ‖ tag` in base64url. The tag is HMAC-SHA-256, cut to 128 bits, over version, key, the
/// ``CursorScope`` and the payload: a cursor that was changed, made up, or taken from another list has the wrong tag. It is
/// signed, not secret: don't page by a column that the caller must not see.
///
/// To rotate keys, put the new one first and keep the old one among the previous until clients are done with its cursors.
public struct CursorCodec: Sendable {
    static let version: UInt8 = 2
    static let tagLength = 16
    /// The longest text that is read.
    static let maximumLength = 4096

    private let current: CursorKey
    private let previous: [CursorKey]

    /// Makes a codec.
    ///
    /// - Parameters:
    ///   - key: Signs new cursors.
    ///   - previous: Keys whose cursors are still good.
    public init(key: CursorKey, previous: [CursorKey] = []) {
        current = key
        self.previous = previous
    }

    /// The text for bytes of the caller's own, for the list that they belong to.
    public func seal(_ payload: [UInt8], in scope: CursorScope) -> String {
        let body = [Self.version, current.hint] + payload
        return Base64URL.encode(body + tag(of: body, in: scope, by: current))
    }

    /// The bytes that ``seal(_:in:)`` was given for this very list.
    ///
    /// - Throws: ``ResponseError/Code/invalidCursor``.
    public func open(_ text: String, in scope: CursorScope) throws(ResponseError) -> [UInt8] {
        guard
            text.utf8.count <= Self.maximumLength,
            let bytes = Base64URL.decode(text), bytes.count >= Self.tagLength + 2, bytes[0] == Self.version
        else { throw .invalidCursor }
        let body = Array(bytes.dropLast(Self.tagLength))
        for key in [current] + previous where key.hint == bytes[1] {
            let expected = tag(of: body, in: scope, by: key)
            // Compared without stopping at the first difference: the time taken tells nothing of the tag.
            let difference = zip(expected, bytes.suffix(Self.tagLength)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
            if difference == 0 {
                return Array(body.dropFirst(2))
            }
        }
        throw ResponseError(
            .invalidCursor,
            "The cursor was made for another list. Keep sort and filters as they were, or start without a cursor."
        )
    }

    private func tag(of body: [UInt8], in scope: CursorScope, by key: CursorKey) -> [UInt8] {
        var code = HMAC<SHA256>(key: key.key)
        // Each part with its length before it, so that no byte can slip from one into the next.
        for part in [Array(scope.sort.utf8), Array(scope.filter.utf8), Array(scope.principalClass.utf8), body] {
            code.update(data: (0..<8).map { UInt8(truncatingIfNeeded: part.count >> (8 * $0)) })
            code.update(data: part)
        }
        return Array(Array(code.finalize()).prefix(Self.tagLength))
    }
}

extension ResponseError {
    static var invalidCursor: ResponseError {
        ResponseError(.invalidCursor, "Take the cursor from `next_cursor` of the page before.")
    }
}
