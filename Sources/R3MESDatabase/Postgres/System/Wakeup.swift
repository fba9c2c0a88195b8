// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Wakes a thread that waits for a socket: a pipe to itself.
final class Wakeup: Sendable {
    /// What a thread waits for on its socket.
    struct Interest: OptionSet {
        let rawValue: UInt8

        static let reading = Self(rawValue: 1)
        static let writing = Self(rawValue: 2)
    }

    private let readEnd: CInt
    private let writeEnd: CInt

    /// - Throws: ``DatabaseError/Code/resourceExhausted``.
    init() throws(DatabaseError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw DatabaseError(.resourceExhausted, "no pipe can be opened: error \(errno)")
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the thread, now or when it next waits.
    ///
    /// From any thread.
    func signal() {
        var byte: UInt8 = 1
        // A full pipe wakes as well.
        _ = write(writeEnd, &byte, 1)
    }

    /// Waits until the socket is ready, ``signal()`` was called or the time is up; true if the socket is ready.
    ///
    /// - Parameters:
    ///   - socket: The socket; nil to wait without one.
    ///   - timeout: How long to wait at most, to the next millisecond; nil for ever.
    func wait(for interest: Interest, on socket: CInt?, timeout: Duration?) -> Bool {
        var events: Int32 = 0
        if interest.contains(.reading) { events |= Int32(POLLIN) }
        if interest.contains(.writing) { events |= Int32(POLLOUT) }
        // A negative descriptor is passed over.
        var polled = (
            pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket ?? -1, events: Int16(truncatingIfNeeded: events), revents: 0)
        )
        let count = withUnsafeMutableBytes(of: &polled) { polled in
            poll(polled.baseAddress?.assumingMemoryBound(to: pollfd.self), 2, timeout.map { $0.pollTimeout } ?? -1)
        }
        guard count > 0 else {
            return false
        }
        if polled.0.revents != 0 {
            drain()
        }
        return polled.1.revents != 0
    }

    private func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, at most a minute, after which a waiting thread looks again.
    fileprivate var pollTimeout: CInt {
        let (seconds, attoseconds) = components
        guard seconds < 60 else {
            return 60_000
        }
        guard seconds >= 0, attoseconds >= 0 else {
            return 0
        }
        return CInt(seconds) * 1000 + CInt((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
