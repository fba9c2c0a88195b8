// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESDatabase

@Suite("PoolSizer")
struct PoolSizerTests {
    private static let long = PoolSizer.Window(longestWait: .milliseconds(6), peakInUse: 8)
    private static let busy = PoolSizer.Window(longestWait: .milliseconds(5), peakInUse: 4)
    private static let quiet = PoolSizer.Window(longestWait: .zero, peakInUse: 3)

    private func sizer() -> PoolSizer {
        PoolSizer(.init(), bounds: 2...16)
    }

    @Test(
        "grows and yields by a quarter, at least one, within its bounds",
        arguments: [
            (8, nil, 10), (2, nil, 3), (15, nil, 16), (16, nil, nil), (8, 0.89, 10),
            (8, 0.9, 6), (3, 1.0, 2), (2, 1.0, nil), (8, .infinity, 6),
        ] as [(Int, Double?, Int?)]
    )
    func steps(limit: Int, load: Double?, expected: Int?) {
        var sizer = sizer()
        #expect(sizer.decide(limit: limit, window: Self.long, load: load)?.limit == expected)
    }

    @Test("shrinks by one after three quiet intervals in a row")
    func shrinks() {
        var sizer = sizer()
        let windows = [Self.quiet, Self.quiet, Self.busy, Self.quiet, Self.quiet, Self.quiet, Self.quiet]
        let changes = windows.map { sizer.decide(limit: 8, window: $0, load: nil) }
        let change = PoolSizer.Change(limit: 7, reason: .littleUse)
        #expect(changes == [nil, nil, nil, nil, nil, change, nil])
    }

    @Test("a load that is not a number says nothing")
    func notANumber() {
        var sizer = sizer()
        #expect(sizer.decide(limit: 8, window: Self.busy, load: .nan) == nil)
    }
}
