// SPDX-License-Identifier: Apache-2.0
//
// At most two at once, first come first served, and a hundred milliseconds in all. Run it: swift run LimitWork
import R3MESConcurrency

let limiter = try ConcurrencyLimiter(configuration: .init(limit: 2, maximumWaiting: 10, name: "reports"))

await withTaskGroup(of: String.self) { group in
    for number in 1...8 {
        group.addTask {
            do {
                return try await withTimeout(.milliseconds(100)) {
                    try await limiter.withPermit {
                        try await Task.sleep(for: .milliseconds(40))
                        return "report \(number) is done"
                    }
                }
            } catch {
                return "report \(number) came too late"
            }
        }
    }
    for await line in group {
        print(line)
    }
}
