// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension Shard {
    /// What contradicts what in this shard; nothing, unless there is a defect.
    ///
    /// Looks at everything, for tests.
    func checkInvariants() -> [String] {
        let live = Array(liveSlots)
        var problems = checkQueues(live) + checkIndexes(live) + checkTags(live) + checkTimes(live)
        func check(_ condition: Bool, _ problem: @autoclosure () -> String) {
            if !condition { problems.append(problem()) }
        }
        let free = core.pointee.freeSlots
        check(live.count == core.pointee.count, "\(live.count) slots in use, \(core.pointee.count) entries")
        check(Set(free).isDisjoint(with: live), "a free slot is in use")
        check(Set(free).count + live.count == core.pointee.slotLimit, "slots are lost")
        check(core.pointee.slotLimit <= capacity, "a slot has no place")
        return problems
    }

    private func checkQueues(_ live: [Slot]) -> [String] {
        var problems: [String] = []
        let queues = core.pointee.policy.queues
        let nodes = core.pointee.nodes
        var seen: Set<Slot> = []
        for list in [queues.window, queues.probation, queues.protected] {
            var (slot, newer, weight, count) = (list.newest, Slot.none, 0, 0)
            while slot != .none, seen.insert(slot).inserted {
                if nodes[slot].queue != list.kind || nodes[slot].newer != newer {
                    problems.append("slot \(slot) is not where queue \(list.kind) has it")
                }
                weight += Int(nodes[slot].weight)
                count += 1
                (newer, slot) = (slot, nodes[slot].older)
            }
            if list.oldest != newer { problems.append("queue \(list.kind) ends elsewhere") }
            if weight != list.weight || count != list.count { problems.append("queue \(list.kind) counts wrongly") }
        }
        if seen != Set(live) { problems.append("the queues hold \(seen.count) of \(live.count) entries") }
        if queues.weight > core.pointee.maximumWeight { problems.append("\(queues.weight) is above the limit") }
        return problems
    }

    private func checkIndexes(_ live: [Slot]) -> [String] {
        var problems: [String] = []
        for slot in live where find(keys[Int(slot)], core.pointee.nodes[slot].hash) != slot {
            problems.append("slot \(slot) is not found by its key")
        }
        if let stringKeys {
            let found = core.pointee.slots(startingWith: [], stringKeys)
            if found.count != live.count || Set(found) != Set(live) {
                problems.append("the index of keys has \(found.count) of \(live.count)")
            }
        }
        return problems
    }

    private func checkTags(_ live: [Slot]) -> [String] {
        var problems: [String] = []
        var links = 0
        for name in core.pointee.tags.names {
            let entries = core.pointee.tags.entries(taggedWith: name)
            links += entries.count
            if entries.isEmpty { problems.append("a tag without entries is kept") }
            if !Set(entries).isSubset(of: live) { problems.append("a tag has an entry that is gone") }
            if !entries.allSatisfy({ core.pointee.tags.names(of: $0).contains(name) }) {
                problems.append("an entry does not know its tag")
            }
        }
        let known = live.reduce(0) { $0 + core.pointee.tags.names(of: $1).reduce(0) { count, _ in count + 1 } }
        if links != core.pointee.tags.linksInUse || known != links { problems.append("links of tags are lost") }
        return problems
    }

    private func checkTimes(_ live: [Slot]) -> [String] {
        guard core.pointee.usesTimes else { return [] }
        let times = core.pointee.times
        let linked = core.pointee.wheel.entriesByBucket(times).flatMap(\.self)
        let ending = live.filter { times[$0].deadline != EntryTimes.never }
        var problems: [String] = []
        if Set(linked).count != linked.count { problems.append("an entry is in the wheel twice") }
        if !Set(ending).isSubset(of: linked) { problems.append("an entry with an end is not in the wheel") }
        if !Set(linked).isSubset(of: live) { problems.append("the wheel has an entry that is gone") }
        return problems
    }
}

extension MemoryCache {
    /// What contradicts what in the shards; see ``Shard/checkInvariants()``.
    func checkInvariants() -> [String] {
        (0..<shards.count).flatMap { number in shards[number].withLock { $0.checkInvariants() } }
    }
}
