// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// What proves that sending a request once more does no harm.
///
/// A request that may have reached the server is repeated only if its method is idempotent (RFC 9110, section 9.2.2) or
/// if it carries an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), by which the server recognises it.
/// Any request is repeated if it is proved that the server has not seen it. Nothing else counts, no status either: a
/// `503` does not say that nothing was done.
enum RepeatSafety {
    /// Whether the request may be sent again after it may have been received.
    static func isRepeatable(method: HTTPRequest.Method, headerFields: HTTPFields) -> Bool {
        isIdempotent(method)
            || headerFields.contains { $0.name.canonicalName == "idempotency-key" && !$0.value.isEmpty }
    }

    /// Whether two copies may be in flight at once: only if the server does nothing but read (RFC 9110, section 9.2.1).
    ///
    /// Not with an `Idempotency-Key`: the second copy would meet a conflict while the first is at work.
    static func isSafe(_ method: HTTPRequest.Method) -> Bool {
        switch method {
        case .get, .head, .options, .trace, .query:
            true
        default:
            false
        }
    }

    private static func isIdempotent(_ method: HTTPRequest.Method) -> Bool {
        isSafe(method) || method == .put || method == .delete
    }
}
