// SPDX-License-Identifier: Apache-2.0

public import Synchronization

/// Knows which of the objects registered with it are still alive, by kind and by the place that registered them.
///
/// A component registers each object that must not outlive its work with ``track(_:kind:file:line:)-swift.type.method``. That costs about a
/// nanosecond while no tracker exists. Whoever wants to know binds a tracker for a scope:
///
/// ```swift
/// let tracker = LeakTracker()
/// try await LeakTracker.$current.withValue(tracker) { try await services.run() }
/// ```
///
/// Tasks started within the scope inherit it; detached tasks and threads of others don't, and call the tracker's own
/// ``track(_:kind:file:line:)-swift.method`` instead. The tracker never keeps an object alive, and it forgets dead ones as
/// it goes: it holds at most about twice as many entries as there are live objects.
public final class LeakTracker: Sendable {
    /// The tracker of the running scope, which ``track(_:kind:file:line:)-swift.type.method`` registers with.
    @TaskLocal public static var current: LeakTracker?

    /// How many trackers exist, so that tracking costs next to nothing when there is none.
    @usableFromInline static let trackers = Atomic<Int>(0)

    private let entries = Mutex(LeakEntries())
    private let age: @Sendable () -> Duration

    /// Makes a tracker that knows of no object.
    ///
    /// - Parameter clock: Tells the ages of the objects.
    public init<C: Clock<Duration>>(clock: C = ContinuousClock()) {
        let start = clock.now
        age = { start.duration(to: clock.now) }
        Self.trackers.add(1, ordering: .relaxed)
    }

    deinit {
        Self.trackers.subtract(1, ordering: .relaxed)
    }

    /// Registers the object with the tracker of the running scope, if there is one.
    ///
    /// - Parameters:
    ///   - object: What must be gone when its scope has ended. It is not kept alive.
    ///   - kind: What the report calls it. The default is the name of its type.
    ///   - file: The place that the report names.
    ///   - line: The place that the report names.
    @inlinable
    public static func track(
        _ object: AnyObject,
        kind: String? = nil,
        file: String = #fileID,
        line: Int = #line
    ) {
        guard trackers.load(ordering: .relaxed) > 0 else { return }
        current?.track(object, kind: kind, file: file, line: line)
    }

    /// Registers the object with this tracker; about 200 ns.
    public func track(
        _ object: AnyObject,
        kind: String? = nil,
        file: String = #fileID,
        line: Int = #line
    ) {
        let entry = LeakEntry(
            object: object,
            type: type(of: object),
            kind: kind,
            place: LeakReport.Place(file: file, line: line),
            registered: age()
        )
        // A weak reference that is looked at becomes a strong one for a moment, and may then be the last. What was seen
        // is let go after the lock, as a deinitializer may register or deinitialize other objects.
        let seen = entries.withLock { $0.insert(entry) }
        withExtendedLifetime(seen) {}
    }

    /// The objects that are alive now and were registered at least so long ago.
    public func report(olderThan age: Duration = .zero) -> LeakReport {
        let now = self.age()
        let alive = entries.withLock { $0.sweep() }
        return LeakReport(entries: alive.map(\.entry).filter { now - $0.registered >= age }, now: now)
    }

    /// How many entries the tracker holds, dead ones that it has not come across yet included.
    var entryCount: Int { entries.withLock { $0.count } }
}
