// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

@Suite("TimerHeap")
struct TimerHeapTests {
    private func moment(_ milliseconds: Int) -> Moment {
        Moment(sinceOrigin: .milliseconds(milliseconds))
    }

    @Test("behaves like a sorted list under random events", arguments: 0..<20)
    func matchesModel(_: Int) {
        var random = SeededGenerator()
        var heap = TimerHeap<Int>()
        var model: [(id: Int, at: Moment, token: TimerHeap<Int>.Token)] = []
        var alarm: TimerHeap<Int>.Alarm?
        var now = 0
        for id in 0..<2_000 {
            let comment = "seed \(random.seed), event \(id)"
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let at = moment(now + Int.random(in: 0..<500, using: &random))
                let (token, replaced) = heap.insert(id, at: at)
                alarm = replaced ?? alarm
                model.append((id, at, token))
            case 5..<9:
                guard let index = model.indices.randomElement(using: &random) else { continue }
                let wasThere = heap.remove(model[index].token)
                verify(wasThere, comment)
                let isStillThere = heap.remove(model[index].token)
                verify(!isStillThere, "a timer can be removed once")
                model.remove(at: index)
            default:
                now += Int.random(in: 0..<100, using: &random)
                guard let set = alarm, set.moment <= moment(now) else { continue }
                let (due, next) = heap.fire(set, now: moment(now))
                let expected = model.filter { $0.at <= moment(now) }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
                verify(due == expected.map(\.id), comment)
                model.removeAll { $0.at <= moment(now) }
                alarm = next
            }
            verify(heap.count == model.count, comment)
            verify(heap.entryCount <= 2 * heap.count + 65, "leftovers of removed timers pile up; \(comment)")
            if let earliest = model.map(\.at).min() {
                verify(alarm.map { $0.moment <= earliest } ?? false, "the alarm comes too late; \(comment)")
            }
        }
    }

    @Test("an alarm that was replaced does nothing when it goes off all the same")
    func replacedAlarm() throws {
        var heap = TimerHeap<String>()
        let lateAlarm = heap.insert("late", at: moment(50)).alarm
        let late = try #require(lateAlarm)
        let earlyAlarm = heap.insert("early", at: moment(10)).alarm
        let early = try #require(earlyAlarm)
        let isIdle = heap.fire(late, now: moment(60)).due.isEmpty
        #expect(isIdle)
        let fired = heap.fire(early, now: moment(60))
        #expect(fired.due == ["early", "late"])
        #expect(fired.next == nil)
    }

    @Test("a later timer leaves the alarm where it is")
    func laterTimer() {
        var heap = TimerHeap<Int>()
        let firstAlarm = heap.insert(1, at: moment(10)).alarm
        #expect(firstAlarm != nil)
        let equalAlarm = heap.insert(2, at: moment(10)).alarm
        #expect(equalAlarm == nil)
        let laterAlarm = heap.insert(3, at: moment(20)).alarm
        #expect(laterAlarm == nil)
    }
}
