// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

@Suite("TimerQueue")
struct TimerQueueTests {
    let clock = TestClock()

    @Test("runs actions in the order of their moments, each at its own")
    func order() async {
        let timers = TimerQueue.on(clock)
        let fired = Record<Int>()
        for delay in [30, 10, 20] {
            _ = timers.schedule(at: timers.now.advanced(by: .milliseconds(delay))) { fired.add(delay) }
        }
        for expected in [[10], [10, 20], [10, 20, 30]] {
            // The replaced sleepers of the first two go away in their own time.
            await eventually { clock.sleeperCount == 1 }
            clock.advance(by: .milliseconds(10))
            await eventually { fired.values == expected }
        }
        #expect(timers.count == 0)
    }

    @Test("a cancelled timer never fires and does not keep its neighbours from firing")
    func cancellation() async {
        let timers = TimerQueue.on(clock)
        let fired = Record<Int>()
        let first = timers.schedule(at: timers.now.advanced(by: .seconds(1))) { fired.add(1) }
        _ = timers.schedule(at: timers.now.advanced(by: .seconds(2))) { fired.add(2) }
        timers.cancel(first)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(2))
        await eventually { fired.values == [2] }
    }

    @Test("a timer after the last one has fired fires as well")
    func goesToSleepAndWakes() async {
        let timers = TimerQueue.on(clock)
        let fired = Record<Int>()
        for round in 0..<5 {
            _ = timers.schedule(at: timers.now.advanced(by: .seconds(1))) { fired.add(round) }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
            await eventually { fired.values.count == round + 1 }
        }
    }

    @Test("a timer of a hundred years sleeps in pieces that clocks can bear and still fires in the end")
    func longSleep() async {
        let timers = TimerQueue.on(clock)
        let fired = Record<Int>()
        _ = timers.schedule(at: timers.now.advanced(by: .seconds(4 * 3600))) { fired.add(1) }
        for hour in 1...4 {
            await clock.waitForSleepers()
            #expect(fired.values.isEmpty, "fired before hour \(hour)")
            clock.advance(by: .seconds(3600))
        }
        await eventually { fired.values == [1] }
    }

    @Test("the clock is asked for the moment itself, without the tolerance by which it would put sleeps together")
    func withoutTolerance() async throws {
        let timers = TimerQueue.on(clock)
        let fired = Record<Int>()
        for delay in [2, 1] {
            _ = timers.schedule(at: timers.now.advanced(by: .milliseconds(delay))) { fired.add(delay) }
            await clock.waitForSleepers()
        }
        clock.advance(by: .milliseconds(2))
        await eventually { fired.values == [1, 2] }
        #expect(clock.exactSleepCount >= 2 && clock.tolerantSleepCount == 0)
    }

    @Test("a queue that is given up ends its sleeper")
    func release() async {
        var timers: TimerQueue? = .on(clock)
        _ = timers?.schedule(at: Moment(clock.now.advanced(by: .seconds(1)))) {}
        await clock.waitForSleepers()
        timers = nil
        await eventually { clock.sleeperCount == 0 }
    }

    @Test("the system's clock has one queue for everything")
    func shared() {
        #expect(TimerQueue.on(ContinuousClock()) === TimerQueue.shared)
        #expect(TimerQueue.on(clock) !== TimerQueue.on(clock))
    }

    @Test("no timer is lost while many tasks schedule and cancel")
    func storm() async {
        var random = SeededGenerator()
        let timers = TimerQueue.on(clock)
        let fired = Record<Int>()
        let count = 4_000
        let kept = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                var random = random.split()
                group.addTask {
                    var kept = 0
                    for number in 0..<count / 8 {
                        let delay = Duration.milliseconds(Int.random(in: 1..<1_000, using: &random))
                        let token = timers.schedule(at: timers.now.advanced(by: delay)) {
                            fired.add(task * count + number)
                        }
                        if random.oneIn(2) {
                            timers.cancel(token)
                        } else {
                            kept += 1
                        }
                    }
                    return kept
                }
            }
            return await group.reduce(0, +)
        }
        #expect(timers.count == kept, "seed \(random.seed)")
        while timers.count > 0 {
            clock.advance(by: .milliseconds(50))
            await Task.yield()
        }
        await eventually { fired.values.count >= kept }
        #expect(Set(fired.values).count == kept, "seed \(random.seed)")
        #expect(fired.values.count == kept, "seed \(random.seed)")
    }
}
