// SPDX-License-Identifier: Apache-2.0

extension NetworkError {
    /// Throws one error that lists every problem.
    static func check(_ problems: [String], file: String = #fileID, line: Int = #line) throws(NetworkError) {
        guard problems.isEmpty else {
            throw NetworkError(
                .invalidConfiguration,
                problems.joined(separator: "; "),
                mayHaveBeenSent: false,
                file: file,
                line: line
            )
        }
    }
}
