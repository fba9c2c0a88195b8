// SPDX-License-Identifier: Apache-2.0
//
// While memory is scarce, less is admitted and a pool keeps nothing. Run it: swift run AdmitLessUnderPressure
import Logging
import R3MESConcurrency
import R3MESMemory

let limiter = try AdaptiveLimiter()
let buffers = try BufferPool()

// Normal as long as less than 80 % of the limit is used: that of the control group, or of the machine.
var settings = MemoryMonitor.Configuration()
settings.interval = .milliseconds(100)
let monitor = try MemoryMonitor(configuration: settings, logger: Logger(label: "memory"))
monitor.add(buffers)

try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await monitor.run() }
    group.addTask {
        for await level in monitor.levels() {
            limiter.setCeiling(level == .normal ? nil : 2)
            print("memory is \(level): at most \(limiter.statistics.limit) at once")
        }
    }
    try await Task.sleep(for: .seconds(1))
    group.cancelAll()
}
