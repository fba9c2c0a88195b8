// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESMemory

private final class Connection: Sendable {
    init() { LeakTracker.track(self) }
}

/// Keeps connections alive.
private final class Shelf: Sendable {
    let kept = Mutex<[Connection]>([])
    func keep(_ connection: Connection) { kept.withLock { $0.append(connection) } }
    func clear() { kept.withLock { $0 = [] } }
}

private final class Registering: Sendable {
    let tracker: LeakTracker
    init(_ tracker: LeakTracker) {
        self.tracker = tracker
        tracker.track(self)
    }
    deinit {
        _ = tracker.report()
    }
}

@Suite("LeakTracker")
struct LeakTrackerTests {
    @Test("tells what is alive by kind and place, with ages")
    func reports() throws {
        let clock = TestClock()
        let tracker = LeakTracker(clock: clock)
        var kept: [Connection] = []
        LeakTracker.$current.withValue(tracker) {
            kept.append(Connection())
            clock.advance(by: .seconds(5))
            kept.append(Connection())
            _ = Connection()
        }
        let other = Connection()
        tracker.track(other, kind: "other", file: "place", line: 7)
        clock.advance(by: .seconds(2))
        let report = tracker.report()
        #expect(report.count == 3)
        let group = try #require(report.groups.first)
        #expect(group.kind == "Connection")
        #expect(group.count == 2)
        #expect(group.oldest == .seconds(7))
        #expect(group.youngest == .seconds(2))
        #expect(group.place.file.hasSuffix("LeakTrackerTests.swift"))
        #expect(report.groups.last?.place.description == "place:7")
        #expect(tracker.report(olderThan: .seconds(6)).count == 1)
        withExtendedLifetime((kept, other)) {}
    }

    @Test("does not keep anything alive")
    func isWeak() {
        let tracker = LeakTracker()
        LeakTracker.$current.withValue(tracker) { _ = Connection() }
        #expect(tracker.report().isEmpty)
    }

    @Test("does not grow with what has died")
    func reclaims() {
        let tracker = LeakTracker()
        LeakTracker.$current.withValue(tracker) {
            let alive = (0..<100).map { _ in Connection() }
            for _ in 0..<100_000 { _ = Connection() }
            #expect(tracker.entryCount < 300)
            #expect(tracker.report().count == 100)
            withExtendedLifetime(alive) {}
        }
        #expect(tracker.report().isEmpty)
        #expect(tracker.entryCount == 0)
    }

    @Test("a deinitializer may ask the tracker while it looks at the object")
    func deinitializerMayAsk() async {
        let tracker = LeakTracker()
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<500 { _ = Registering(tracker) }
                }
            }
        }
        #expect(tracker.report().isEmpty)
    }

    @Test("tasks of the scope are covered, whatever they do at once")
    func concurrent() async {
        let tracker = LeakTracker()
        let shelf = Shelf()
        await LeakTracker.$current.withValue(tracker) {
            await withTaskGroup { group in
                for index in 0..<20_000 {
                    group.addTask {
                        let connection = Connection()
                        if index.isMultiple(of: 1000) { shelf.keep(connection) }
                    }
                }
            }
        }
        #expect(tracker.report().count == 20)
        shelf.clear()
        #expect(tracker.report().isEmpty)
    }

    @Test("a scope without a leak passes, one with a leak throws and names the place")
    func scope() async throws {
        try await withLeakCheck { _ = Connection() }
        let shelf = Shelf()
        let error = await #expect(throws: MemoryError.self) {
            try await withLeakCheck(grace: .zero) { shelf.keep(Connection()) }
        }
        #expect(error?.code == .leaked)
        #expect(error?.message.contains("1 × Connection") == true)
    }

    @Test("waits for an object that is let go within the grace")
    func grace() async throws {
        let clock = TestClock()
        let shelf = Shelf()
        let check = Task {
            try await withLeakCheck(grace: .seconds(1), clock: clock) { shelf.keep(Connection()) }
        }
        await clock.waitForSleepers()
        shelf.clear()
        clock.advance(by: .milliseconds(1))
        try await check.value
    }

    @Test("what the scope throws passes through")
    func error() async {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await withLeakCheck { throw Failure() } }
    }
}
