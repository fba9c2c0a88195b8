// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The share of the machine's processors that this process uses, from 0 to 1, over the last tenth of a second or more.
///
/// Reading it costs some nanoseconds; ten times a second one reader also asks the kernel, which takes a microsecond.
public final class ProcessorLoad: Sendable {
    private struct Sample {
        var time: ContinuousClock.Instant
        var used: Int64
        var load: Double
    }

    private let sample: Mutex<Sample>
    private let processors: Double

    /// Begins to observe.
    public init() {
        processors = Double(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1))
        sample = Mutex(Sample(time: .now, used: Self.nanosecondsUsed(), load: 0))
    }

    /// The share at present.
    public var current: Double {
        let now = ContinuousClock.now
        return sample.withLock { sample in
            let elapsed = sample.time.duration(to: now) / Duration.nanoseconds(1)
            if elapsed >= 100_000_000 {
                let used = Self.nanosecondsUsed()
                sample.load = min(max(Double(used - sample.used) / (elapsed * processors), 0), 1)
                sample.time = now
                sample.used = used
            }
            return sample.load
        }
    }

    private static func nanosecondsUsed() -> Int64 {
        Int64(clock()) * (1_000_000_000 / Int64(CLOCKS_PER_SEC))
    }
}
