// SPDX-License-Identifier: Apache-2.0

/// Who listens to a ``MemoryMonitor``, and what each sample asks of it; a pure value.
struct MonitorState {
    /// What the monitor has to do after a sample, once it has let go of its lock.
    struct Reaction {
        let level: MemoryPressureLevel
        let isChange: Bool
        let trimsHeap: Bool
        let responders: [any MemoryPressureResponder]
        let subscribers: [AsyncStream<MemoryPressureLevel>.Continuation]
    }

    var tracker: MemoryPressureTracker
    var lastSample: MemorySample?
    var responders: [any MemoryPressureResponder] = []
    private var subscribers: [Int: AsyncStream<MemoryPressureLevel>.Continuation] = [:]
    private var nextSubscriber = 0
    private var samplesSinceTrim = 0

    init(thresholds: MemoryPressureTracker.Thresholds) {
        tracker = MemoryPressureTracker(thresholds: thresholds)
    }

    mutating func update(_ sample: MemorySample, trimsAt trimLevel: MemoryPressureLevel?) -> Reaction {
        lastSample = sample
        let before = tracker.level
        let isChange = tracker.update(sample.pressure) != nil
        let level = tracker.level
        samplesSinceTrim += 1
        // A trim holds the lock of each arena in turn, so that it is not done with every sample.
        let hasRisen = level > before
        let trimsHeap = trimLevel.map { level >= $0 && (hasRisen || samplesSinceTrim >= 10) } ?? false
        if trimsHeap {
            samplesSinceTrim = 0
        }
        return Reaction(
            level: level,
            isChange: isChange,
            trimsHeap: trimsHeap,
            responders: isChange || level == .critical ? responders : [],
            subscribers: isChange ? Array(subscribers.values) : []
        )
    }

    mutating func subscribe(_ continuation: AsyncStream<MemoryPressureLevel>.Continuation) -> Int {
        nextSubscriber += 1
        subscribers[nextSubscriber] = continuation
        return nextSubscriber
    }

    mutating func unsubscribe(_ id: Int) {
        subscribers[id] = nil
    }

    /// Takes out all subscribers, so that their streams can be ended.
    mutating func removeSubscribers() -> [AsyncStream<MemoryPressureLevel>.Continuation] {
        defer { subscribers = [:] }
        return Array(subscribers.values)
    }

    var subscriberCount: Int { subscribers.count }
}
