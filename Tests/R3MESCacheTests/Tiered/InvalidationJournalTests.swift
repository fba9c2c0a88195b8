// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESCache

@Suite("Invalidations that Redis is still to be told")
struct InvalidationJournalTests {
    @Test("each is told once, and again if it happened again meanwhile")
    func again() {
        var journal = InvalidationJournal(limit: 10)
        journal.add(.key("a"))
        journal.add(.key("a"))
        journal.add(.tag("a"))
        let first = journal.take()
        #expect(first == [.key("a"), .tag("a")])
        journal.add(.key("a"))
        journal.settle()
        let second = journal.take()
        #expect(second == [.key("a")])
        journal.settle()
        #expect(journal.isEmpty)
    }

    @Test("what could not be told is told later")
    func failed() {
        var journal = InvalidationJournal(limit: 10)
        journal.add(.key("a"))
        _ = journal.take()
        journal.add(.key("b"))
        journal.giveBack()
        let entries = journal.take()
        #expect(entries == [.key("a"), .key("b")])
    }

    @Test("more than it holds become everything")
    func overflow() {
        var journal = InvalidationJournal(limit: 2)
        for key in ["a", "b", "c", "d"] { journal.add(.key(key)) }
        #expect(journal.count == 1)
        let entries = journal.take()
        #expect(entries == [.everything])
        for key in ["a", "b"] { journal.add(.key(key)) }
        journal.giveBack()
        #expect(journal.count == 1)
    }
}
