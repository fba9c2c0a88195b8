// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESConcurrency

@Suite("OverloadDetector")
struct OverloadDetectorTests {
    private func moment(_ milliseconds: Int) -> Moment {
        Moment(sinceOrigin: .milliseconds(milliseconds))
    }

    @Test("a queue that empties now and then is a burst, one that stands for an interval is overload")
    func standingQueue() {
        var detector = OverloadDetector(target: .milliseconds(5), interval: .milliseconds(100))
        for round in 0..<10 {
            detector.queueChanged(isEmpty: false, at: moment(round * 90))
            #expect(!detector.isOverloaded(at: moment(round * 90 + 89)))
            detector.queueChanged(isEmpty: true, at: moment(round * 90 + 89))
        }
        detector.queueChanged(isEmpty: false, at: moment(1_000))
        detector.queueChanged(isEmpty: false, at: moment(1_090))
        #expect(!detector.isOverloaded(at: moment(1_100)))
        #expect(detector.isOverloaded(at: moment(1_101)))
        detector.queueChanged(isEmpty: true, at: moment(1_200))
        #expect(!detector.isOverloaded(at: moment(1_500)))
    }

    @Test("under overload the lowest class may not wait, the highest as ever, the others for the target")
    func allowedWait() {
        var detector = OverloadDetector(target: .milliseconds(5), interval: .milliseconds(100))
        for priority in PriorityClass.allCases {
            #expect(detector.allowedWait(for: priority, at: moment(0)) == .milliseconds(100))
        }
        detector.queueChanged(isEmpty: false, at: moment(0))
        let waits = PriorityClass.allCases.map { detector.allowedWait(for: $0, at: moment(200)) }
        #expect(waits == [nil, .milliseconds(5), .milliseconds(5), .milliseconds(100)])
    }
}
