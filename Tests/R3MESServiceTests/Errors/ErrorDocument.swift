// SPDX-License-Identifier: Apache-2.0

@testable import R3MESService

/// Writes `docs/errors.md` from the catalogue of error codes.
enum ErrorDocument {
    static var text: String {
        """
        # Errors

        <!-- Generated from the catalogue of codes; do not edit. Run the tests with R3MES_TEST_UPDATE_DOCS=1 to renew. -->

        Every error is answered as `application/problem+json` (RFC 9457) with a stable `code`. A released number keeps its
        meaning and its status for ever. *Retryable* says whether the same request may succeed later without being changed;
        such answers have the status 429, 503 or 504.

        | code | status | title | category | retryable |
        | --- | --- | --- | --- | --- |
        \(ServiceError.Code.all.map(row).joined(separator: "\n"))

        """
    }

    private static func row(_ code: ServiceError.Code) -> String {
        "| `\(code)` | \(code.status) | \(code.title) | \(code.category) | \(code.isRetryable ? "yes" : "no") |"
    }
}
