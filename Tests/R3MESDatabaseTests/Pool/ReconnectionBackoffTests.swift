// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESDatabase

@Suite("ReconnectionBackoff")
struct ReconnectionBackoffTests {
    @Test("doubles up to its maximum, and leaves half of it to chance")
    func waits() {
        let backoff = ReconnectionBackoff(base: .milliseconds(100), maximum: .milliseconds(500))
        let longest = [0, 1, 2, 3, 4, 5, Int.max].map { backoff.wait(afterFailures: $0, chance: 1) }
        #expect(longest == [100, 100, 200, 400, 500, 500, 500].map { .milliseconds($0) })
        #expect(backoff.wait(afterFailures: 2, chance: 0) == .milliseconds(100))
    }

    @Test("a maximum below the base counts")
    func lowMaximum() {
        let backoff = ReconnectionBackoff(base: .seconds(2), maximum: .seconds(1))
        #expect(backoff.wait(afterFailures: 1, chance: 1) == .seconds(1))
    }
}
