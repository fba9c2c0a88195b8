// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension HTTPField.Name {
    static let apiKey = Self(constant: "X-API-Key")
    static let idempotencyKey = Self(constant: "Idempotency-Key")
    static let idempotentReplayed = Self(constant: "Idempotent-Replayed")
    static let link = Self(constant: "Link")
    static let requestID = Self(constant: "X-Request-ID")
    static let serverTiming = Self(constant: "Server-Timing")

    private init(constant name: String) {
        guard let name = Self(name) else {
            preconditionFailure("\(name) is not a field name of RFC 9110")
        }
        self = name
    }
}
