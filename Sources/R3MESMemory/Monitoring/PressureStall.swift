// SPDX-License-Identifier: Apache-2.0

/// How long tasks waited for memory: the kernel's pressure stall information (PSI), averaged over 10 s.
///
/// Read from `memory.pressure` or `/proc/pressure/memory`, which needs no right to write; PSI triggers would.
public struct PressureStall: Hashable, Sendable {
    /// The share of time in which at least one task waited, 0 to 1.
    public let some: Double
    /// The share of time in which all tasks waited at once, 0 to 1.
    public let all: Double

    init?(text: String) {
        var averages: [Substring: Double] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let name = fields.first, let field = fields.first(where: { $0.hasPrefix("avg10=") }) else { continue }
            averages[name] = Double(field.dropFirst("avg10=".count)).map { $0 / 100 }
        }
        guard let some = averages["some"] else { return nil }
        self.some = some
        // Kernels before 5.13 give no `full` line for some resources.
        all = averages["full"] ?? 0
    }
}
