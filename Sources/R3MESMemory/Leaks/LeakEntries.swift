// SPDX-License-Identifier: Apache-2.0

/// One registered object.
///
/// `@unchecked Sendable` is sound: the weak reference is only ever compared with nil and let go; nothing of the object is
/// touched, so it does not matter on which thread that happens.
struct LeakEntry: @unchecked Sendable {
    weak let object: AnyObject?
    let type: any Any.Type
    let kind: String?
    let place: LeakReport.Place
    let registered: Duration

    init(
        object: AnyObject,
        type: any Any.Type,
        kind: String?,
        place: LeakReport.Place,
        registered: Duration
    ) {
        self.object = object
        self.type = type
        self.kind = kind
        self.place = place
        self.registered = registered
    }
}

/// All registered objects, dead ones removed bit by bit: each insertion looks at two entries, in turn.
///
/// While one turn through `n` entries lasts, `n / 2` objects are added, so that with `l` live objects `n` stays under `2 l`
/// and a few.
struct LeakEntries {
    /// A live object seen by a look at its entry, to be let go after the lock.
    struct Seen: @unchecked Sendable {
        let object: AnyObject
        let entry: LeakEntry
    }

    private var entries: [LeakEntry] = []
    private var cursor = 0

    var count: Int { entries.count }

    /// Adds the entry and looks at two others; returns those that are alive.
    mutating func insert(_ entry: LeakEntry) -> (AnyObject?, AnyObject?) {
        let seen = (lookAtNext(), lookAtNext())
        entries.append(entry)
        return seen
    }

    /// Removes all dead entries and returns the live ones.
    mutating func sweep() -> [Seen] {
        var alive: [Seen] = []
        entries.removeAll { entry in
            guard let object = entry.object else { return true }
            alive.append(Seen(object: object, entry: entry))
            return false
        }
        cursor = 0
        return alive
    }

    private mutating func lookAtNext() -> AnyObject? {
        guard !entries.isEmpty else { return nil }
        if cursor >= entries.count {
            cursor = 0
        }
        if let object = entries[cursor].object {
            cursor += 1
            return object
        }
        entries.swapAt(cursor, entries.count - 1)
        entries.removeLast()
        return nil
    }
}
