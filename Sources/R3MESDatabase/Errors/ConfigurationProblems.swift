// SPDX-License-Identifier: Apache-2.0

/// Gathers all that is wrong with a configuration, so that one error can report everything at once.
struct ConfigurationProblems {
    private var problems: [String] = []

    mutating func require(_ condition: Bool, _ problem: @autoclosure () -> String) {
        if !condition {
            problems.append(problem())
        }
    }

    func check() throws(DatabaseError) {
        guard problems.isEmpty else {
            throw DatabaseError(.invalidConfiguration, problems.joined(separator: "; "))
        }
    }
}
