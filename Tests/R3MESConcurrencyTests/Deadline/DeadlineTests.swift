// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport
import Testing

@Suite("Deadline")
struct DeadlineTests {
    let clock = TestClock()

    @Test("nested deadlines only tighten, and the outer one is back afterwards")
    func nesting() async throws {
        let outer = Deadline.after(.seconds(5), clock: clock)
        let tighter = Deadline.after(.seconds(1), clock: clock)
        let looser = Deadline.after(.seconds(60), clock: clock)
        #expect(Deadline.current == nil)
        await withDeadline(outer) {
            #expect(Deadline.current == outer)
            await withDeadline(looser) { #expect(Deadline.current == outer) }
            await withDeadline(tighter) { #expect(Deadline.current == tighter) }
            #expect(Deadline.current == outer)
        }
        #expect(Deadline.current == nil)
    }

    @Test("it is absolute: it does not start anew at each hop")
    func absolute() async {
        let deadline = Deadline.after(.seconds(10), clock: clock)
        clock.advance(by: .seconds(4))
        await withDeadline(deadline) {
            #expect(Deadline.current?.remaining(clock: clock) == .seconds(6))
            clock.advance(by: .seconds(5))
            #expect(Deadline.current?.remaining(clock: clock) == .seconds(1))
            clock.advance(by: .seconds(5))
            #expect(Deadline.current?.remaining(clock: clock) == .zero)
        }
    }

    @Test("child tasks and unstructured tasks inherit it, detached ones do not")
    func inheritance() async {
        let deadline = Deadline.after(.seconds(5))
        await withDeadline(deadline) {
            async let child = Deadline.current
            #expect(await child == deadline)
            #expect(await Task { Deadline.current }.value == deadline)
            #expect(await Task.detached { Deadline.current }.value == nil)
        }
    }

    @Test("durations that overflow a clock count as a hundred years", arguments: [Int64.max, .min, 0, 1])
    func hugeDurations(seconds: Int64) {
        let deadline = Deadline.after(.seconds(seconds), clock: clock)
        let remaining = deadline.remaining(clock: clock)
        #expect(remaining == .seconds(min(max(seconds, 0), 100 * 365 * 86_400)))
    }

    @Test("an instant survives the way through a deadline unchanged")
    func instant() {
        let instant = clock.now.advanced(by: .nanoseconds(123_456_789))
        #expect(Deadline(instant).instant == instant)
    }

    @Test("a passed deadline is an error for who checks")
    func check() throws {
        let deadline = Deadline.after(.seconds(1), clock: clock)
        try deadline.check(clock: clock)
        clock.advance(by: .seconds(1))
        #expect {
            try deadline.check(clock: clock)
        } throws: {
            code(of: $0) == .deadlineExceeded
        }
    }
}
