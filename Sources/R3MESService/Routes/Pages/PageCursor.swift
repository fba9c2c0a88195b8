// SPDX-License-Identifier: Apache-2.0

import R3MESResponse

/// Where a page ended, as an opaque text that clients hand back: a signed cursor of the service's own lists.
struct PageCursor: Sendable {
    private let codec: CursorCodec

    init(secret: Secret) {
        codec = CursorCodec(key: CursorKey(secret: secret.value.utf8))
    }

    /// The text for a position in a list.
    func encode(_ position: [UInt8], in list: String) -> String {
        codec.seal(position, in: scope(list))
    }

    /// The position that ``encode(_:in:)`` was given for this very list.
    func decode(_ text: String, in list: String) throws(ServiceError) -> [UInt8] {
        do throws(ResponseError) {
            return try codec.open(text, in: scope(list))
        } catch {
            throw ServiceError(.cursorInvalid, error.message)
        }
    }

    /// A list's name has its sort and filters.
    private func scope(_ list: String) -> CursorScope {
        CursorScope(sort: "", filter: list)
    }
}
