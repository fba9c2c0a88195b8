// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Full nanoseconds; the largest that can be expressed for 292 years and more.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else {
            return seconds < 0 ? .min : .max
        }
        return nanoseconds.addingReportingOverflow(attoseconds / 1_000_000_000).overflow
            ? .max : nanoseconds + attoseconds / 1_000_000_000
    }

    /// Full milliseconds, as told to another server.
    var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}
