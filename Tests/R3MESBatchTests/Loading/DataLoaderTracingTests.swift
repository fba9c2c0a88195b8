// SPDX-License-Identifier: Apache-2.0

import InMemoryTracing
import Synchronization
import Testing
import Tracing

@testable import R3MESBatch

@Suite("Tracing of a DataLoader", .timeLimit(.minutes(1)))
struct DataLoaderTracingTests {
    private let tracer = InMemoryTracer()

    /// The one span of a batch with so many keys.
    private func batch(ofKeys count: Int) throws -> FinishedInMemorySpan {
        let keys = SpanAttribute.int64(Int64(count))
        let spans = tracer.finishedSpans.filter { $0.attributes["batch.keys"]?.toSpanAttribute() == keys }
        return try #require(spans.count == 1 ? spans.first : nil)
    }

    @Test("the span of a batch links to the span of each caller that was batched, and to no other")
    func links() async throws {
        let recorder = LoadRecorder(isOpen: false)
        let loader = try DataLoader<Int, Int>(tracer: tracer, values: { try await recorder.load($0) })
        let alone = Task { [tracer] in
            try await tracer.withSpan("alone") { span in
                _ = try await loader.load(0)
                return span.spanContext
            }
        }
        await recorder.waitForCalls(1)
        let callers = (1...3).map { number in
            Task { [tracer] in
                try await tracer.withSpan("caller") { span in
                    // Several keys are one link all the same.
                    _ = try await loader.load(all: [number * 10, number * 10 + 1])
                    return span.spanContext
                }
            }
        }
        let untraced = Task { try await loader.load(99) }
        await eventually { loader.state.withLock { $0.machine.gatheredCount(in: .shared) } == 7 }
        recorder.open()
        let first = try await alone.value
        var expected: Set<String> = []
        for caller in callers { expected.insert(try await caller.value.spanID) }
        _ = try await untraced.value
        await eventually { tracer.finishedSpans.count == 6 }

        let shared = try batch(ofKeys: 7)
        #expect(Set(shared.links.compactMap { $0.context.inMemorySpanContext?.spanID }) == expected)
        #expect(shared.links.count == 3 && shared.parentSpanID == nil)
        // One caller alone: the batch is part of its trace.
        let single = try batch(ofKeys: 1)
        #expect(single.parentSpanID == first.spanID && single.traceID == first.traceID && single.links.isEmpty)
    }

    @Test("the call sees the span of its batch, and a failure shows in it without what it was")
    func failure() async throws {
        struct Failure: Error {}
        let seen = Counter()
        let loader = try DataLoader<Int, Int>(
            tracer: tracer,
            values: { [tracer] _ in
                if InstrumentationContext.current?.inMemorySpanContext?.spanID == tracer.activeSpans.first?.spanID {
                    seen.increment()
                }
                throw Failure()
            }
        )
        await #expect(throws: Failure.self) { try await loader.load(1) }
        await eventually { !tracer.finishedSpans.isEmpty }
        let span = try batch(ofKeys: 1)
        #expect(seen.value == 1)
        #expect(span.status?.code == .error && span.errors.isEmpty)
    }
}
