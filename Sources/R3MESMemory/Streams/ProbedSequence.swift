// SPDX-License-Identifier: Apache-2.0

extension AsyncSequence {
    /// The same elements, each counted by the probe as it passes.
    public func probed(by probe: PeakMemoryProbe) -> ProbedSequence<Self> {
        ProbedSequence(base: self, probe: probe)
    }
}

/// An asynchronous sequence whose elements a ``PeakMemoryProbe`` counts as they pass.
public struct ProbedSequence<Base: AsyncSequence>: AsyncSequence {
    /// The elements of the base.
    public typealias Element = Base.Element
    /// What the base throws.
    public typealias Failure = Base.Failure

    let base: Base
    let probe: PeakMemoryProbe

    /// Makes an iterator over a new iteration of the base.
    public func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), probe: probe)
    }

    /// Iterates over the base and counts.
    public struct Iterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        let probe: PeakMemoryProbe

        /// The next element of the base, counted, on the actor given.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(Base.Failure) -> Base.Element? {
            let element = try await base.next(isolation: actor)
            if element != nil {
                probe.tick()
            }
            return element
        }
    }
}

extension ProbedSequence: Sendable where Base: Sendable {}
