// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESCache
import Synchronization

/// A thread that reads keys at random and remembers the longest read.
final class Reader: Sendable {
    private let cache: MemoryCache<String, Int>
    private let keys: [String]
    private let isStarted = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)
    private let shallStop = Atomic(false)
    private let result = Mutex((longest: Duration.zero, reads: 0))

    init(cache: MemoryCache<String, Int>, keys: [String]) {
        self.cache = cache
        self.keys = keys
    }

    /// Returns when it reads.
    func start() {
        Thread.detachNewThread { [self] in read() }
        isStarted.wait()
    }

    func stop() -> (longest: Duration, reads: Int) {
        shallStop.store(true, ordering: .relaxed)
        isDone.wait()
        return result.withLock { $0 }
    }

    private func read() {
        let clock = ContinuousClock()
        var (longest, reads, index) = (Duration.zero, 0, 0)
        isStarted.signal()
        while !shallStop.load(ordering: .relaxed) {
            // Steps that share no factor with the number of keys.
            index = (index + 611_953) % keys.count
            let time = clock.measure { _ = cache.get(keys[index]) }
            longest = max(longest, time)
            reads += 1
        }
        result.withLock { $0 = (longest, reads) }
        isDone.signal()
    }
}
