// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The socket of an idle connection, for the one caller who has it to himself.
///
/// To have the event loop write one command costs a wake-up of its thread; the caller's own system call doesn't. The
/// descriptor is a duplicate, so that it stays valid for as long as someone may be writing to it.
final class DirectSocket: Sendable {
    /// More than that is left to the event loop, which waits for room.
    static let largestWrite = 16 * 1024

    private let descriptor: CInt

    init?(duplicating descriptor: CInt) {
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard duplicate >= 0 else { return nil }
        self.descriptor = duplicate
    }

    deinit {
        close(descriptor)
    }

    /// Writes without waiting: how many bytes were taken.
    ///
    /// An error shows on the event loop, which reads.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        max(0, send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)))
    }
}
