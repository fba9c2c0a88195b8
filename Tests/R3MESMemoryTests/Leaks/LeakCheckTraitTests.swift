// SPDX-License-Identifier: Apache-2.0

import R3MESMemory
import R3MESTestSupport
import Synchronization
import Testing

private final class Tracked: Sendable {
    init() { LeakTracker.track(self) }
}

@Suite("The trait failsOnLeak", .failsOnLeak)
struct LeakCheckTraitTests {
    @Test("passes a test that lets everything go, each case by itself", arguments: 0..<3)
    func passes(count: Int) async {
        await withTaskGroup { group in
            for _ in 0..<count { group.addTask { _ = Tracked() } }
        }
        #expect(LeakTracker.current?.report().isEmpty == true)
    }

    @Test("fails a test that leaks, and tells the kind")
    func fails() async throws {
        let test = try #require(Test.current)
        let leaked = Mutex<Tracked?>(nil)
        let error = await #expect(throws: MemoryError.self) {
            let trait = LeakCheckTrait.failsOnLeak(after: .zero)
            try await trait.provideScope(for: test, testCase: Test.Case.current) {
                leaked.withLock { $0 = Tracked() }
            }
        }
        #expect(error?.code == .leaked)
        #expect(error?.message.contains("Tracked") == true)
    }
}
