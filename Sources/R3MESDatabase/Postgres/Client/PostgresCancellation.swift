// SPDX-License-Identifier: Apache-2.0

import CLibPQ

/// The key to cancel what a connection does at the server: libpq's `PGcancel`.
///
/// `@unchecked Sendable`: it is a copy of what is needed, made to be used by another thread (libpq's documentation of
/// `PQcancel`); it is used once, by the thread that it is handed to.
final class PostgresCancellation: @unchecked Sendable {
    private let cancel: OpaquePointer

    init(owning cancel: OpaquePointer) {
        self.cancel = cancel
    }

    deinit {
        PQfreeCancel(cancel)
    }

    /// Asks the server, and waits until it closes the connection that this takes: by then the process that serves has
    /// been told, so nothing that is sent afterwards can be hit.
    ///
    /// Blocks; false if the server was not reached.
    func request() -> Bool {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            PQcancel(cancel, message.baseAddress, CInt(message.count)) == 1
        }
    }
}
