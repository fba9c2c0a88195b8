// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

import Synchronization

/// A small number for each thread, given out in the order in which threads first ask.
///
/// Consecutive numbers spread the threads of an executor evenly over the shards of a pool, which a hash of the thread's
/// address would not. One read of thread-local storage, about 2 ns.
@usableFromInline
enum ThreadIndex {
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()
    private static let next = Atomic<Int>(1)

    @usableFromInline static var current: Int {
        guard let key else { return 0 }
        if let index = pthread_getspecific(key) {
            return Int(bitPattern: index)
        }
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        // When this fails for want of memory, the thread asks anew next time, which is slower but right.
        _ = pthread_setspecific(key, UnsafeRawPointer(bitPattern: index))
        return index
    }
}
