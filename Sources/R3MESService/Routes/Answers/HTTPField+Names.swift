// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import R3MESResponse

extension HTTPField.Name {
    static let apiKey = Self(constant: "X-API-Key")
    static let idempotencyKey = Self(constant: "Idempotency-Key")
    static let idempotentReplayed = Self(constant: "Idempotent-Replayed")
    static let serverTiming = Self(constant: "Server-Timing")
}
