// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
public import ServiceLifecycle

/// Measures again and again how long something takes to answer, such as an event loop: what it takes longer than nothing, a
/// request would have waited too.
///
/// ```swift
/// let sampler = DelaySampler(name: "http") { try await eventLoop.submit {}.get() }
/// ```
///
/// The times go to the timer `r3mes_event_loop_delay_seconds` with the label `loop`. A sample that takes long delays the next.
public struct DelaySampler: Service {
    private let interval: Duration
    private let timer: CoreMetrics.Timer
    private let clock: any Clock<Duration>
    private let measure: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - name: The value of the label `loop`.
    ///   - interval: The time between two samples.
    ///   - clock: Measures and waits.
    ///   - measure: Ends once what is measured has answered. Its errors are left out of the metric.
    public init(
        name: String,
        every interval: Duration = .milliseconds(100),
        clock: any Clock<Duration> = ContinuousClock(),
        measure: @escaping @Sendable () async throws -> Void
    ) {
        self.interval = interval
        self.clock = clock
        self.measure = measure
        timer = CoreMetrics.Timer(label: "r3mes_event_loop_delay_seconds", dimensions: [("loop", name)])
    }

    /// Samples until cancelled or told to stop.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if let taken = try? await elapsed(on: clock) {
                    timer.recordNanoseconds(Int64(clamping: taken.wholeNanoseconds))
                }
                try? await clock.sleep(for: interval)
            }
        }
    }

    private func elapsed(on clock: some Clock<Duration>) async throws -> Duration {
        let start = clock.now
        try await measure()
        return start.duration(to: clock.now)
    }
}
