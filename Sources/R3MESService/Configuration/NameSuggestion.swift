// SPDX-License-Identifier: Apache-2.0

/// What somebody probably meant by a name that does not exist.
struct NameSuggestion: Sendable {
    /// The closest known name, if any is close.
    let name: String?

    /// Picks the known name with the smallest edit distance, if that is at most a third of the length, or if both end in
    /// the same word, as `port` and `server.port` do.
    init(for unknown: String, among known: [String]) {
        let lastWord = unknown.split { $0 == "." || $0 == "_" }.last ?? ""
        let close = known.map { (name: $0, distance: Self.distance(unknown, $0)) }.filter { candidate in
            candidate.distance <= max(unknown.count / 3, 1) || !lastWord.isEmpty && candidate.name.hasSuffix(lastWord)
        }
        name = close.min { $0.distance < $1.distance }?.name
    }

    /// The suggestion as the end of a sentence, empty if there is none.
    var text: String {
        name.map { "; did you mean \($0)?" } ?? ""
    }

    /// The edit distance with swaps of neighbours ("optimal string alignment").
    ///
    /// See Boytsov, "Indexing methods for approximate dictionary searching", 2011. Quadratic in time; keeps three rows.
    static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first.prefix(100))
        let second = Array(second.prefix(100))
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for (row, left) in first.enumerated() {
            var current = [row + 1]
            for (column, right) in second.enumerated() {
                var best = min(last[column] + (left == right ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left == second[column - 1], first[row - 1] == right {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }
}
