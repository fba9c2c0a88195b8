// SPDX-License-Identifier: Apache-2.0

/// Runs the closure and tells how far the live heap rose meanwhile, looked at whenever the closure asks for it.
///
/// The way to compare a stream with a list:
///
/// ```swift
/// let list = try await measurePeakMemory { probe in
///     var all: [Row] = []
///     for try await row in rows() { all.append(row) }
///     probe.sample()
/// }
/// let stream = try await measurePeakMemory { probe in
///     for try await row in rows().probed(by: probe) { write(row) }
/// }
/// print(list.memory.growth / max(1, stream.memory.growth))
/// ```
///
/// - Parameters:
///   - step: The probe looks at the heap with each so many elements. The default is 64.
///   - body: What to measure.
/// - Throws: ``MemoryError`` with the code `unreadable` where the allocator does not tell; what the closure throws.
public func measurePeakMemory<Result>(
    sampleEvery step: Int = 64,
    _ body: (PeakMemoryProbe) async throws -> Result
) async throws -> (result: Result, memory: PeakMemory) {
    let probe = try PeakMemoryProbe(sampleEvery: step) { HeapUsage.current?.inUse }
    let result = try await body(probe)
    return (result, probe.memory)
}
