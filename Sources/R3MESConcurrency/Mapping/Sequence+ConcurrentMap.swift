// SPDX-License-Identifier: Apache-2.0

extension Sequence where Element: Sendable {
    /// The results of the transform, in the order of the elements, with a bound on how many transforms run at once.
    ///
    /// At most `maxConcurrency` child tasks take the elements one after the other, so an element costs no task of its
    /// own. The first error cancels the rest, which is awaited; elements that were not begun by then never are.
    ///
    /// - Parameters:
    ///   - maxConcurrency: The most transforms that run at once. Below 1 counts as 1.
    ///   - transform: What to do with an element.
    /// - Throws: The first error of a transform; `CancellationError` if the caller was cancelled before the last
    ///   element was begun.
    public func concurrentMap<Result: Sendable>(
        maxConcurrency: Int,
        _ transform: @escaping @Sendable (Element) async throws -> Result
    ) async throws -> [Result] {
        let queue = ElementQueue(Array(self))
        return try await withThrowingTaskGroup(of: [(index: Int, result: Result)].self) { group in
            for _ in 0..<queue.workerCount(maxConcurrency: maxConcurrency) {
                group.addTask {
                    var results: [(index: Int, result: Result)] = []
                    while let index = try queue.next() {
                        results.append((index, try await transform(queue.elements[index])))
                    }
                    return results
                }
            }
            var ordered: [Result?] = Array(repeating: nil, count: queue.elements.count)
            for try await results in group {
                for (index, result) in results {
                    ordered[index] = result
                }
            }
            return ordered.compactMap(\.self)
        }
    }

    /// The results of the transform that are not nil; else as ``concurrentMap(maxConcurrency:_:)``.
    public func concurrentCompactMap<Result: Sendable>(
        maxConcurrency: Int,
        _ transform: @escaping @Sendable (Element) async throws -> Result?
    ) async throws -> [Result] {
        try await concurrentMap(maxConcurrency: maxConcurrency, transform).compactMap(\.self)
    }
}
