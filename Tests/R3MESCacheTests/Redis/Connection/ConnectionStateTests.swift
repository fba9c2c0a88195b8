// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite("The state of a shared connection")
struct ConnectionStateTests {
    private func command(at start: Int = 0, deadline: Int = 1000, count: Int = 1) -> PendingCommand {
        PendingCommand(
            Array(repeating: RedisCommand("PING"), count: count),
            start: .uptimeNanoseconds(UInt64(start)),
            deadline: .uptimeNanoseconds(UInt64(deadline))
        )
    }

    private func makeState(commands: Int = 100, unavailableAfter: Int64 = 100, reconnects: Bool = true)
        -> ConnectionState
    {
        ConnectionState(
            limits: ConnectionLimits(
                commands: commands,
                bytes: 100_000,
                unavailableAfter: .nanoseconds(unavailableAfter)
            ),
            reconnects: reconnects
        )
    }

    private func connected(_ state: inout ConnectionState) -> Int {
        let epoch = state.beginConnecting(now: .uptimeNanoseconds(0)) ?? -1
        let isConnected = state.connect(epoch: epoch, socket: nil)
        #expect(isConnected)
        return epoch
    }

    @Test("the first command asks for a connection, the others wait, and all go out in order")
    func queuesUntilConnected() {
        var state = makeState()
        let commands = (0..<3).map { _ in command() }
        guard case .connect = state.submit(commands[0]) else { Issue.record("did not connect"); return }
        for other in commands[1...] {
            #expect(state.queuedCount > 0)
            _ = state.submit(other)
        }
        _ = connected(&state)
        let batch = state.takeBatch()
        #expect(batch.map(ObjectIdentifier.init) == commands.map(ObjectIdentifier.init))
        let matched = state.receive([.integer(0), .integer(1), .integer(2)])
        #expect(matched?.map { ObjectIdentifier($0.0) } == commands.map(ObjectIdentifier.init))
        #expect(matched?.map(\.1) == [.integer(0), .integer(1), .integer(2)])
        #expect(state.isDrained)
    }

    @Test("one flush is scheduled for all commands of a turn")
    func oneFlush() {
        var state = makeState()
        _ = connected(&state)
        guard case .flush = state.submit(command()) else { Issue.record("no flush"); return }
        for _ in 0..<10 {
            guard case .queued = state.submit(command()) else { Issue.record("a second flush"); return }
        }
        let batch = state.takeBatch()
        #expect(batch.count == 11)
    }

    @Test("the answer of a caller who left goes to nobody, and the next one's stays his")
    func cancelledInFlight() {
        var state = makeState()
        _ = connected(&state)
        let (left, stays) = (command(), command())
        _ = state.submit(left)
        _ = state.submit(stays)
        _ = state.takeBatch()
        left.fail(CacheError(.deadlineExceeded, ""))
        let matched = state.receive([.integer(1), .integer(2)]) ?? []
        #expect(matched.count == 2)
        #expect(!left.resolve(.success(matched[0].1)))
        #expect(matched[1].0 === stays && matched[1].1 == .integer(2))
    }

    @Test("what nobody waits for any more isn't sent")
    func cancelledBefore() {
        var state = makeState()
        _ = state.submit(command())
        let left = command()
        _ = state.submit(left)
        left.fail(CacheError(.deadlineExceeded, ""))
        _ = connected(&state)
        let batch = state.takeBatch()
        #expect(batch.count == 1)
    }

    @Test("commands that belong together are answered together")
    func transactions() {
        var state = makeState()
        _ = connected(&state)
        let together = command(count: 3)
        _ = state.submit(together)
        _ = state.takeBatch()
        let incomplete = state.receive([.integer(1), .integer(2)])
        #expect(incomplete?.isEmpty ?? false)
        let received = state.receive([.integer(3)])
        #expect(received?.first?.1 == .array([.integer(1), .integer(2), .integer(3)]))
    }

    @Test("an answer too many is noticed")
    func answerTooMany() {
        var state = makeState()
        _ = connected(&state)
        let received = state.receive([.null])
        #expect(received == nil)
    }

    @Test("a lost connection fails what was sent, keeps what wasn't, and comes back")
    func loss() throws {
        var state = makeState()
        let epoch = connected(&state)
        let (sent, waiting) = (command(), command())
        _ = state.submit(sent)
        _ = state.takeBatch()
        _ = state.setWritable(false)
        _ = state.submit(waiting)
        let first = state.lose(epoch: epoch, error: CacheError(.unavailable, ""), now: .uptimeNanoseconds(10))
        let loss = try #require(first)
        #expect(loss.lost.count == 1 && loss.lost[0] === sent)
        #expect(loss.unsent.isEmpty && loss.reconnects)
        let lost = state.lose(epoch: epoch, error: CacheError(.unavailable, ""), now: .uptimeNanoseconds(10))
        #expect(lost == nil)
        _ = connected(&state)
        let batch = state.takeBatch()
        #expect(batch.first === waiting)
    }

    @Test("after a while without a connection commands fail at once, until there is one again")
    func failsFast() {
        var state = makeState(unavailableAfter: 100)
        let early = command()
        _ = state.submit(early)
        let first = state.beginConnecting(now: .uptimeNanoseconds(0)) ?? -1
        var loss = state.lose(epoch: first, error: CacheError(.unavailable, "why"), now: .uptimeNanoseconds(50))
        #expect(loss?.unsent.isEmpty ?? false)
        let second = state.beginConnecting(now: .uptimeNanoseconds(60)) ?? -1
        loss = state.lose(epoch: second, error: CacheError(.unavailable, "why"), now: .uptimeNanoseconds(150))
        #expect(loss?.unsent.first === early)
        guard case .refused(let error) = state.submit(command(at: 160)) else { Issue.record("taken"); return }
        #expect(error.code == .unavailable)
        _ = connected(&state)
        guard case .flush = state.submit(command(at: 200)) else { Issue.record("refused"); return }
    }

    @Test("no more commands are taken than may wait; the places of those who left are free")
    func bounded() {
        var state = makeState(commands: 2)
        _ = state.beginConnecting(now: .uptimeNanoseconds(0))
        let (first, second) = (command(), command())
        _ = state.submit(first)
        _ = state.submit(second)
        guard case .refused(let error) = state.submit(command()) else { Issue.record("taken"); return }
        #expect(error.code == .queueFull)
        second.fail(CacheError(.deadlineExceeded, ""))
        guard case .queued = state.submit(command()) else { Issue.record("refused"); return }
    }

    @Test("those are due whose deadline has passed, and the alarm is set to the next")
    func deadlines() {
        var state = makeState()
        _ = connected(&state)
        let (soon, later) = (command(deadline: 10), command(deadline: 20))
        _ = state.submit(later)
        let isSet = state.setAlarm(for: later.deadline)
        #expect(isSet)
        _ = state.submit(soon)
        let isEarlier = state.setAlarm(for: soon.deadline)
        #expect(isEarlier)
        _ = state.takeBatch()
        let early = state.fire(now: .uptimeNanoseconds(5))
        #expect(early.due.isEmpty)
        let fired = state.fire(now: .uptimeNanoseconds(15))
        #expect(fired.due.count == 1 && fired.due[0] === soon)
        #expect(fired.next == .uptimeNanoseconds(20))
        // It keeps its place, for its answer may still come.
        #expect(state.inFlightCount == 2)
    }

    @Test("a leased connection that broke takes nothing more")
    func leased() {
        var state = makeState(reconnects: false)
        let epoch = connected(&state)
        let loss = state.lose(epoch: epoch, error: CacheError(.unavailable, ""), now: .uptimeNanoseconds(0))
        #expect(loss.map { !$0.reconnects } ?? false)
        guard case .refused(let error) = state.submit(command()) else { Issue.record("taken"); return }
        #expect(error.code == .unavailable)
    }

    @Test("closing gives back all that was not answered")
    func closing() {
        var state = makeState()
        _ = connected(&state)
        _ = state.submit(command())
        _ = state.takeBatch()
        _ = state.submit(command())
        let closed = state.close()
        #expect(closed.count == 2)
        guard case .refused(let error) = state.submit(command()) else { Issue.record("taken"); return }
        #expect(error.code == .closed)
    }
}
