// SPDX-License-Identifier: Apache-2.0

extension Sequence where Element: Sendable {
    /// Runs the body for each element, with a bound on how many run at once; returns when all have ended.
    ///
    /// The elements are begun in their order. Errors and cancellation as in ``concurrentMap(maxConcurrency:_:)``.
    ///
    /// - Parameters:
    ///   - maxConcurrency: The most bodies that run at once. Below 1 counts as 1.
    ///   - body: What to do with an element.
    /// - Throws: The first error of a body; `CancellationError` if the caller was cancelled before the last element was
    ///   begun.
    public func concurrentForEach(
        maxConcurrency: Int,
        _ body: @escaping @Sendable (Element) async throws -> Void
    ) async throws {
        let queue = ElementQueue(Array(self))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<queue.workerCount(maxConcurrency: maxConcurrency) {
                group.addTask {
                    while let index = try queue.next() {
                        try await body(queue.elements[index])
                    }
                }
            }
            // Not `waitForAll`, which waits for the others to end by themselves before it throws.
            while try await group.next() != nil {}
        }
    }
}
