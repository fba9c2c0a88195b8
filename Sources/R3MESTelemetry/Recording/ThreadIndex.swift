// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// The number of the thread that asks: 0, 1, 2… in the order in which threads first ask.
///
/// It decides which stripe a thread records on, so that the first threads of a process, which a server keeps, each have one
/// of their own. A thread keeps its number; asking costs one read of thread-specific data.
enum ThreadIndex {
    private static let last = Atomic<Int>(0)

    /// The process has one key; where none is left, all threads are number 0, which costs speed and nothing else.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    static var current: Int {
        guard let key else { return 0 }
        // What is stored is the number and one, since nothing at all is read as zero.
        let stored = Int(bitPattern: pthread_getspecific(key))
        return stored > 0 ? stored - 1 : assign(key)
    }

    @inline(never)
    private static func assign(_ key: pthread_key_t) -> Int {
        let number = last.wrappingAdd(1, ordering: .relaxed).newValue & 0xFFFF
        pthread_setspecific(key, UnsafeRawPointer(bitPattern: number + 1))
        return number
    }

    /// The processors that this process may use.
    static var processors: Int {
        max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
    }
}
