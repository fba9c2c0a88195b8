// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Threads of the system's own for work that blocks, which Swift's tasks must not.
enum OwnerThread {
    /// Enough for name resolution and a TLS handshake; a thread's usual stack is 16 times as large.
    private static let stackSize = 512 * 1024

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Runs the closure on a new thread, which is gone when the closure returns.
    ///
    /// - Throws: ``DatabaseError/Code/resourceExhausted``.
    static func start(_ run: @escaping @Sendable () -> Void) throws(DatabaseError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        let body = Unmanaged.passRetained(Body(run))
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(&thread, &attributes, { Self.main($0) }, body.toOpaque())
        #else
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, { Self.main($0) }, body.toOpaque())
        #endif
        guard code == 0 else {
            body.release()
            throw DatabaseError(.resourceExhausted, "no thread can be started: error \(code)")
        }
    }

    private static func main(_ body: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let body {
            Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
        }
        return nil
    }
}
