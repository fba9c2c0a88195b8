// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESDatabase

@Suite("When a cancellation goes to the server")
struct CancelGateTests {
    private let start = ContinuousClock.now
    private var gate = CancelGate(grace: .milliseconds(2), timeout: .seconds(5))

    private mutating func check(
        after milliseconds: Int,
        progress: UInt64 = 1,
        isHeadUnwanted: Bool = true,
        hasUnwanted: Bool = true,
        mayCancel: Bool = true
    ) -> CancelGate.Action {
        gate.check(
            now: start.advanced(by: .milliseconds(milliseconds)),
            progress: progress,
            isHeadUnwanted: isHeadUnwanted,
            hasUnwanted: hasUnwanted,
            mayCancel: mayCancel
        )
    }

    private mutating func requestEnded(after milliseconds: Int, succeeded: Bool = true, progress: UInt64 = 1) {
        gate.requestEnded(
            succeeded: succeeded,
            now: start.advanced(by: .milliseconds(milliseconds)),
            progress: progress
        )
    }

    @Test("not before the grace is over, and only for the statement at the head")
    mutating func grace() {
        #expect(!gate.isWatching)
        gate.watch(now: start, progress: 1)
        #expect(gate.isWatching)
        #expect(check(after: 1) == .none)
        #expect(check(after: 2, isHeadUnwanted: false) == .none)
        #expect(check(after: 4, mayCancel: false) == .none)
        #expect(check(after: 6, progress: 2) == .none)
        #expect(check(after: 8, progress: 2) == .requestCancellation)
        #expect(gate.isShut)
    }

    @Test("not at all when nobody has left any more")
    mutating func ended() {
        gate.watch(now: start, progress: 1)
        #expect(check(after: 2, hasUnwanted: false) == .none)
        #expect(!gate.isWatching)
        #expect(gate.nextCheck == nil)
    }

    @Test("again, at growing intervals, while the head does not move; then the connection is given up")
    mutating func repetition() {
        gate.watch(now: start, progress: 1)
        #expect(check(after: 2) == .requestCancellation)
        requestEnded(after: 3)
        #expect(check(after: 12) == .none)
        #expect(check(after: 13) == .requestCancellation)
        requestEnded(after: 14)
        #expect(check(after: 33) == .none)
        #expect(check(after: 34) == .requestCancellation)
        requestEnded(after: 35)
        #expect(check(after: 5003) == .abandonConnection)
    }

    @Test("not again when the head has moved, and the gate opens when all is answered")
    mutating func settling() {
        gate.watch(now: start, progress: 1)
        #expect(check(after: 2) == .requestCancellation)
        requestEnded(after: 3)
        #expect(check(after: 20, progress: 2) == .none)
        #expect(gate.isShut)
        gate.pipelineDrained()
        #expect(!gate.isShut)
        #expect(gate.nextCheck == nil)
    }

    @Test("a request that did not reach the server is made again after a while, with the gate open")
    mutating func failure() {
        gate.watch(now: start, progress: 1)
        #expect(check(after: 2) == .requestCancellation)
        requestEnded(after: 3, succeeded: false)
        #expect(!gate.isShut)
        #expect(check(after: 500) == .none)
        #expect(check(after: 1003) == .requestCancellation)
    }

    @Test("a request that does not end has the connection given up")
    mutating func timeout() {
        gate.watch(now: start, progress: 1)
        #expect(check(after: 2) == .requestCancellation)
        #expect(check(after: 5001) == .none)
        #expect(check(after: 5002) == .abandonConnection)
    }
}
