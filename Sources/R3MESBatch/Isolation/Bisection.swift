// SPDX-License-Identifier: Apache-2.0

/// Finds the elements that make a batch fail, by halving; a pure value.
///
/// With `k` bad elements among `n`, about `2 k log2(n / k)` further calls find them all. The number of calls is bounded, so
/// that a peer which refuses everything is not asked twice as often as there are elements.
struct Bisection<Element> {
    private var parts: [ArraySlice<Element>]
    private var callsLeft: Int

    /// Begins with all elements in one part.
    ///
    /// - Parameter maximumCalls: How many parts may be tried after the first.
    init(_ elements: [Element], maximumCalls: Int) {
        parts = elements.isEmpty ? [] : [elements[...]]
        callsLeft = maximumCalls
    }

    /// The next part to try; the order of the elements is kept.
    mutating func next() -> ArraySlice<Element>? {
        parts.popLast()
    }

    /// Plans to try the halves of a part that failed; false when the failure is final.
    ///
    /// It is final for a single element, and when the calls left don't allow two more: each part that is waiting is tried.
    mutating func split(_ part: ArraySlice<Element>) -> Bool {
        guard part.count > 1, callsLeft >= 2 else { return false }
        callsLeft -= 2
        let middle = part.startIndex + part.count / 2
        parts.append(part[middle...])
        parts.append(part[..<middle])
        return true
    }
}
