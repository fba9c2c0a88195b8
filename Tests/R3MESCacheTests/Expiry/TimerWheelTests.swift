// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("TimerWheel")
struct TimerWheelTests {
    /// The span of one bucket of the first wheel.
    private static let tick: Int64 = 1 << 26

    @Test("Everything comes up after its end and within two spans of the first wheel, whatever is put off or cancelled")
    func random() {
        forAll(cases: 60) { generator in
            var times = Slab(repeating: EntryTimes())
            times.reserve(64)
            defer { times.deallocate() }
            var now = Int64.random(in: 0...1 << Int64.random(in: 0...50, using: &generator), using: &generator)
            var wheel = TimerWheel(now: now)
            var deadlines: [Slot: Int64] = [:]
            for _ in 0..<400 {
                let slot = Slot.random(in: 0..<64, using: &generator)
                switch Int.random(in: 0..<6, using: &generator) {
                case 0..<3:
                    let span = Int64(1) << Int64.random(in: 0...52, using: &generator)
                    let deadline = generator.oneIn(20) ? .max : now + Int64.random(in: -1...span, using: &generator)
                    wheel.schedule(slot, deadline: deadline, times)
                    deadlines[slot] = deadline
                case 3:
                    wheel.cancel(slot, times)
                    times[slot] = EntryTimes()
                    deadlines[slot] = nil
                default:
                    // Steps of any size, and often to where a bucket of some wheel begins.
                    let shift = Int64.random(in: 20...46, using: &generator)
                    let later = now + Int64.random(in: 0...1 << shift, using: &generator)
                    now = max(now, generator.oneIn(2) ? (later >> shift) << shift : later)
                    wheel.advance(to: now, times)
                    while wheel.hasPending {
                        guard let found = wheel.nextExpired(attempts: 100, times) else { break }
                        let deadline = deadlines.removeValue(forKey: found)
                        try hold((deadline ?? .max) <= now, "\(found) came up too early")
                        wheel.cancel(found, times)
                        times[found] = EntryTimes()
                    }
                    let late = deadlines.filter { $0.value < now - 2 * Self.tick }
                    try hold(late.isEmpty, "\(late) did not come up by \(now)")
                }
                let linked = wheel.entriesByBucket(times).flatMap(\.self)
                try hold(Set(linked).count == linked.count, "an entry is linked twice")
                let ending = deadlines.filter { $0.value != .max }.keys
                try hold(Set(ending).isSubset(of: linked), "an entry is lost")
            }
        }
    }

    @Test("An end at the edge of a wheel's reach comes up in time", arguments: 0..<4)
    func edges(level: Int) {
        for start in [0, 1, 63, 64, 4095, 4096].map({ Int64($0) << 26 }) {
            for ticks in 60...66 {
                var times = Slab(repeating: EntryTimes())
                times.reserve(1)
                defer { times.deallocate() }
                var wheel = TimerWheel(now: start)
                let deadline = start + Int64(ticks) << Int64(26 + 6 * level)
                wheel.schedule(0, deadline: deadline, times)
                // In small steps over what is left, so that it is relinked where it has to be.
                let step = max(Self.tick, (deadline - start) / 200)
                var now = start
                while now < deadline + 2 * Self.tick {
                    now = now + step > deadline && now < deadline ? deadline : now + step
                    wheel.advance(to: now, times)
                    if let found = wheel.nextExpired(attempts: 10, times) {
                        #expect(found == 0 && now >= deadline, "too early")
                        break
                    }
                    #expect(now < deadline + 2 * Self.tick, "\(ticks) on level \(level) from \(start) is late")
                }
            }
        }
    }

    @Test("Many entries that end together are worked off in steps")
    func steps() {
        var times = Slab(repeating: EntryTimes())
        times.reserve(10_000)
        defer { times.deallocate() }
        var wheel = TimerWheel(now: 0)
        for slot in 0..<Slot(10_000) { wheel.schedule(slot, deadline: 1000, times) }
        wheel.advance(to: 1 << 30, times)
        var count = 0
        while let slot = wheel.nextExpired(attempts: 1, times) {
            wheel.cancel(slot, times)
            count += 1
        }
        #expect(count == 10_000 && !wheel.hasPending)
    }
}
