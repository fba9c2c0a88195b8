// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("The name of a request")
struct RequestIDTests {
    @Test(
        "is taken over from the client if it can do no harm",
        arguments: ["a", "0", "A-z_9.", "550e8400-e29b-41d4-a716-446655440000", String(repeating: "x", count: 128)]
    )
    func accepted(text: String) {
        #expect(RequestID.accepted(text) == text)
    }

    @Test(
        "is not taken over otherwise",
        arguments: [
            nil, "", " ", "a b", "a\n", "a\r\nX: y", "a\"", "a\\", "é", "a\u{0}", "\u{7F}", "a/b", "<a>", "${a}", "%00",
            String(repeating: "x", count: 129),
        ]
    )
    func refused(text: String?) {
        #expect(RequestID.accepted(text) == nil)
    }

    @Test("is made of 32 hexadecimal digits that never come again, and is acceptable itself")
    func made() {
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let name = RequestID.make()
            #expect(name.count == 32)
            #expect(name.allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(RequestID.accepted(name) == name)
            #expect(seen.insert(name).inserted)
        }
    }
}

@Suite("Server-Timing")
struct RequestTimingsTests {
    @Test(
        "has milliseconds with three places",
        arguments: [
            (Duration.zero, "0.000"), (.microseconds(1), "0.001"), (.microseconds(999), "0.999"),
            (.milliseconds(1), "1.000"),
            (.microseconds(12_345), "12.345"), (.nanoseconds(999), "0.000"), (.seconds(90), "90000.000"),
            (.seconds(3) + .microseconds(70), "3000.070"),
        ]
    )
    func text(duration: Duration, text: String) {
        #expect(duration.millisecondText == text)
        #expect(RequestTimings().header(total: duration) == "total;dur=\(text)")
    }

    @Test("tells the phases that took place, also those that failed, in a fixed order")
    func phases() async {
        let timings = RequestTimings()
        await RequestTimings.$current.withValue(timings) {
            let value = await RequestTimings.measure(.database) { 1 }
            #expect(value == 1)
            await #expect(throws: Falsified.self) {
                try await RequestTimings.measure(.authentication) { throw Falsified(reason: "") }
            }
        }
        let header = timings.header(total: .seconds(1))
        #expect(
            header.wholeMatch(of: #/auth;dur=\d+\.\d{3}, db;dur=\d+\.\d{3}, total;dur=1000\.000/#) != nil,
            "\(header)"
        )
        #expect(await RequestTimings.measure(.database) { 2 } == 2)
        #expect(timings.header(total: .seconds(1)) == header)
    }
}
