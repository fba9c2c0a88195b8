// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import R3MESResponse

/// How much of a list is wanted, and from where: `limit` and `cursor`.
struct PageRequest {
    static let defaultLimit = 20

    let limit: Int
    let cursor: String?

    /// Reads both parameters; mistakes are noted in `query`.
    init(_ query: inout QueryFields, maximum: Int) {
        limit = query.integer("limit", in: 1...maximum) ?? min(Self.defaultLimit, maximum)
        cursor = query.text("cursor")
    }
}

extension Request {
    /// A `Link` to the next page (RFC 8288), relative, with everything else in the query as it was.
    func nextLink(cursor: String?) -> HTTPFields {
        PageLinks(next: cursor).fields(for: self)
    }
}
