// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport

extension MemoryCache {
    /// Makes a cache whose configuration a closure completes.
    convenience init(
        _ limit: Limit,
        clock: TestClock = TestClock(),
        weigher: Weigher? = nil,
        listener: RemovalListener? = nil,
        _ configure: (inout Configuration) -> Void
    ) throws {
        var configuration = Configuration(limit: limit)
        configure(&configuration)
        try self.init(configuration: configuration, weigher: weigher, removalListener: listener, clock: clock)
    }
}
