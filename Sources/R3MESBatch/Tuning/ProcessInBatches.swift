// SPDX-License-Identifier: Apache-2.0

/// Processes the items in batches, several at a time, of the size that the tuner finds best meanwhile.
///
/// Each batch is cut when it starts, so that it has the size that is the best by then. While the work waits (for a database,
/// for a peer), so many batches are under way all the time; work that computes is bounded by the processors.
///
/// - Parameters:
///   - items: What to process.
///   - tuner: Learns from each batch; keep it for the next call.
///   - maximumConcurrency: The most batches under way at once; at least 1.
///   - clock: Measures the batches.
///   - operation: Processes one batch.
/// - Returns: What the operation returned, in the order of the batches in `items`.
/// - Throws: The first error of the operation: the other batches are then cancelled and awaited, and no further one starts.
///   `CancellationError` when the caller is cancelled before all batches have started.
public func processInBatches<Items: RandomAccessCollection & Sendable, Output: Sendable>(
    _ items: Items,
    tuner: inout BatchSizeTuner,
    maximumConcurrency: Int,
    clock: some Clock<Duration> = ContinuousClock(),
    operation: @escaping @Sendable (Items.SubSequence) async throws -> Output
) async throws -> [Output] where Items.SubSequence: Sendable {
    try await withThrowingTaskGroup { group in
        var outputs: [Output?] = []
        var rest = items[...]
        var underWay = 0
        while true {
            while underWay < max(1, maximumConcurrency), !rest.isEmpty {
                try Task.checkCancellation()
                let batch = rest.prefix(tuner.size)
                rest = rest[batch.endIndex...]
                let index = outputs.count
                outputs.append(nil)
                underWay += 1
                group.addTask {
                    let start = clock.now
                    let output = try await operation(batch)
                    return (index, batch.count, output, start.duration(to: clock.now))
                }
            }
            guard let (index, count, output, duration) = try await group.next() else { break }
            underWay -= 1
            outputs[index] = output
            tuner.record(count: count, duration: duration)
        }
        return outputs.compactMap(\.self)
    }
}
