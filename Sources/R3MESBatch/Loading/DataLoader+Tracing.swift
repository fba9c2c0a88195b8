// SPDX-License-Identifier: Apache-2.0

import Tracing

extension DataLoader {
    /// Makes the calls of the batch under a span that tells who was batched.
    ///
    /// The span of a batch of one caller is a child of that caller's; that of a batch of several belongs to none of them, so
    /// it begins a trace of its own and links to each. The work sees the span's context and no other, and keys never become
    /// attributes.
    func traced(_ batch: LoadBatch<Key>) async {
        let isShared = batch.callerCount > 1
        let parent = isShared ? nil : batch.traces.first
        let span = (tracer ?? InstrumentationSystem.tracer)
            .startAnySpan("DataLoader \(configuration.name)", context: parent ?? .topLevel, ofKind: .internal)
        if isShared {
            for trace in batch.traces {
                span.addLink(SpanLink(context: trace, attributes: [:]))
            }
        }
        span.attributes["batch.id"] = batch.id
        span.attributes["batch.keys"] = batch.keys.count
        span.attributes["batch.callers"] = batch.callerCount
        let hasFailed = await InstrumentationContext.withValue(span.context) {
            await fetchAll(batch)
        }
        if hasFailed {
            // The error itself may quote keys.
            span.setStatus(SpanStatus(code: .error))
        }
        span.end()
    }
}
