// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The processors that this machine has online.
enum Processors {
    static let count = max(1, min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1024))
}
