// SPDX-License-Identifier: Apache-2.0

import Instrumentation

/// The state of a ``DataLoader`` as a pure value: an event in, actions out.
///
/// Keys gather in the lane of their partition until a batch takes them along. A batch counts as in flight until its call has
/// returned, also when nobody waits for it any more: the peer is still at work.
struct LoaderState<Key: Hashable & Sendable, Waiter: Sendable> {
    typealias Lane = LoaderLane<Key, Waiter>
    typealias Action = Lane.Action

    enum LoadOutcome {
        case waiting(Action)
        case cancelled(Waiter)
    }

    struct CancelOutcome {
        var waiter: Waiter?
        /// The batch whose last caller has left.
        var abandoned: Int?
    }

    private struct Batch {
        let partition: BatchPartition
        var callers: [Key: Lane.Callers] = [:]
        var callerCount = 0
    }

    let rules: Lane.Rules
    private var lanes: [BatchPartition: Lane] = [:]
    private var batches: [Int: Batch] = [:]
    private var last = 0

    init(rules: Lane.Rules) {
        self.rules = rules
    }

    /// Whether nothing gathers and nothing is in flight.
    var isIdle: Bool { lanes.isEmpty && batches.isEmpty }

    /// A caller asks for a key.
    mutating func load(
        _ key: Key,
        in partition: BatchPartition,
        by caller: Lane.Caller,
        isCancelled: Bool
    ) -> LoadOutcome {
        if isCancelled {
            return .cancelled(caller.waiter)
        }
        if let id = lanes[partition]?.joinable[key] {
            batches[id]?.callers[key]?.append(caller)
            batches[id]?.callerCount += 1
            return .waiting(.none)
        }
        return .waiting(Self.gather(key, for: caller, in: &lanes[partition, default: Lane()], rules, &last))
    }

    /// Static, so that no copy of the state is about and its collections are changed in place.
    private static func gather(
        _ key: Key,
        for caller: Lane.Caller,
        in lane: inout Lane,
        _ rules: Lane.Rules,
        _ last: inout Int
    ) -> Action {
        lane.gather(key, for: caller)
        return lane.plan(rules, last: &last)
    }

    /// A window is over.
    mutating func windowEnded(_ window: Int, in partition: BatchPartition) -> Action {
        guard lanes[partition]?.endWindow(window) == true else { return .none }
        return plan(partition)
    }

    /// How many keys the next batch of the partition would hold.
    func gatheredCount(in partition: BatchPartition) -> Int {
        min(lanes[partition]?.gathering.count ?? 0, rules.maximumBatchSize)
    }

    /// The announced batch begins and takes the gathered keys along; nil when all their callers have left.
    mutating func begin(_ id: Int, in partition: BatchPartition) -> (batch: LoadBatch<Key>?, action: Action) {
        let taken = lanes[partition]?.takeGathered(rules.maximumBatchSize) ?? []
        var batch = Batch(partition: partition)
        var contexts: [any Sendable] = []
        var traces: [InstrumentationContext] = []
        for (key, callers) in taken {
            batch.callers[key] = callers
            batch.callerCount += callers.count
            if rules.joinsInFlight {
                lanes[partition]?.joinable[key] = id
            }
            callers.forEach { caller in
                caller.context.map { contexts.append($0) }
                caller.trace.map { traces.append($0) }
            }
        }
        guard !taken.isEmpty else { return (nil, plan(partition)) }
        lanes[partition]?.inFlight.insert(id)
        batches[id] = batch
        let load = LoadBatch(
            id: id,
            keys: taken.map(\.key),
            partition: partition,
            contexts: contexts,
            callerCount: batch.callerCount,
            traces: traces
        )
        return (load, plan(partition))
    }

    /// The results of the keys are there; returns who waits for each.
    mutating func resolve(_ keys: [Key], of id: Int) -> [Lane.Callers] {
        // Taken out and put back, so that its callers are removed in place.
        guard var batch = batches.removeValue(forKey: id) else { return keys.map { _ in Lane.Callers() } }
        lanes[batch.partition]?.forget(keys, of: id)
        let resolved = keys.map { key in
            batch.callers.removeValue(forKey: key) ?? Lane.Callers()
        }
        batch.callerCount -= resolved.reduce(0) { $0 + $1.count }
        batches[id] = batch
        return resolved
    }

    /// The call has returned, and each of its keys has been resolved.
    mutating func finish(_ id: Int) -> Action {
        guard let partition = batches.removeValue(forKey: id)?.partition else { return .none }
        lanes[partition]?.inFlight.remove(id)
        return plan(partition)
    }

    /// A caller was cancelled; it need not be registered.
    mutating func cancel(_ id: Int, of key: Key, in partition: BatchPartition) -> CancelOutcome {
        if let caller = lanes[partition]?.removeGathering(id, of: key) {
            return CancelOutcome(waiter: caller.waiter)
        }
        for batchID in lanes[partition]?.inFlight ?? [] {
            guard let caller = batches[batchID]?.callers[key]?.remove(id) else { continue }
            batches[batchID]?.callerCount -= 1
            guard let batch = batches[batchID], batch.callerCount == 0 else {
                return CancelOutcome(waiter: caller.waiter)
            }
            // Whoever asks from now on must not wait for a call that is being cancelled.
            lanes[partition]?.forget(Array(batch.callers.keys), of: batchID)
            return CancelOutcome(waiter: caller.waiter, abandoned: batchID)
        }
        return CancelOutcome()
    }

    /// From now on nobody joins a load of the key that is in flight.
    mutating func clear(_ key: Key, in partition: BatchPartition) {
        lanes[partition]?.joinable[key] = nil
    }

    /// From now on nobody joins any load of the partition, or of any if there is none, that is in flight.
    mutating func clearAll(in partition: BatchPartition?) {
        for partition in partition.map({ [$0] }) ?? Array(lanes.keys) {
            lanes[partition]?.joinable = [:]
        }
    }

    private mutating func plan(_ partition: BatchPartition) -> Action {
        let action = lanes[partition]?.plan(rules, last: &last) ?? .none
        if lanes[partition]?.isIdle == true {
            lanes[partition] = nil
        }
        return action
    }
}
