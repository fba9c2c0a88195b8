// SPDX-License-Identifier: Apache-2.0

import Instrumentation

/// What a ``DataLoader`` asks for in one call.
public struct LoadBatch<Key: Hashable & Sendable>: Sendable {
    /// The number of the batch, counted from 1 for each loader.
    public let id: Int
    /// The keys to load, each once, in the order in which they were first asked for.
    public let keys: [Key]
    /// On whose behalf the keys are loaded.
    public let partition: BatchPartition
    /// What the loader captured in the tasks of the callers that were batched, such as their trace contexts.
    ///
    /// Empty when the loader captures nothing.
    public let contexts: [any Sendable]
    /// How many callers wait for this batch at its start.
    public let callerCount: Int
    /// The traces of those callers that are traced.
    let traces: [InstrumentationContext]

    /// The same batch with only some of the keys.
    func narrowed(to keys: [Key]) -> Self {
        Self(
            id: id,
            keys: keys,
            partition: partition,
            contexts: contexts,
            callerCount: callerCount,
            traces: traces
        )
    }
}
