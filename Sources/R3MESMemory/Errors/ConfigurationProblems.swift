// SPDX-License-Identifier: Apache-2.0

/// Gathers all that is wrong with a configuration, so that one error can report everything at once.
struct ConfigurationProblems {
    /// No wait may be longer: clocks fail on very long ones, some of them by not waiting at all.
    static let longestWait = Duration.seconds(86_400)

    private var problems: [String] = []

    mutating func require(_ condition: Bool, _ problem: @autoclosure () -> String) {
        if !condition {
            problems.append(problem())
        }
    }

    func check() throws(MemoryError) {
        guard problems.isEmpty else {
            throw MemoryError(.invalidConfiguration, problems.joined(separator: "; "))
        }
    }
}
