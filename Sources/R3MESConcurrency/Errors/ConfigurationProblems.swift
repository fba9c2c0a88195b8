// SPDX-License-Identifier: Apache-2.0

/// Gathers all that is wrong with a configuration, so that one error can report everything at once.
struct ConfigurationProblems {
    private var problems: [String] = []

    mutating func require(_ condition: Bool, _ problem: @autoclosure () -> String) {
        if !condition {
            problems.append(problem())
        }
    }

    func check(file: String = #fileID, line: Int = #line) throws(ConcurrencyError) {
        guard problems.isEmpty else {
            throw ConcurrencyError(
                .invalidConfiguration,
                problems.joined(separator: "; "),
                file: file,
                line: line
            )
        }
    }
}
