// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The functions of glibc's `<malloc.h>`, which Swift's Glibc module leaves out.
///
/// Looked up by name when the process runs, so that the library also works where the C library does not have them.
enum Allocator {
    private typealias Info = @convention(c) (CInt, UnsafeMutablePointer<FILE>?) -> CInt
    private typealias Trim = @convention(c) (Int) -> CInt

    private static let info: Info? = symbol("malloc_info").map { unsafeBitCast($0, to: Info.self) }
    private static let trim: Trim? = symbol("malloc_trim").map { unsafeBitCast($0, to: Trim.self) }

    /// The report of `malloc_info(3)`, or nil where there is none.
    static func report() -> String? {
        guard let info else { return nil }
        var text: UnsafeMutablePointer<CChar>?
        var count = 0
        guard let stream = open_memstream(&text, &count) else { return nil }
        let status = info(0, stream)
        // Closing the stream sets `text`, which then is ours to free.
        let isClosed = fclose(stream) == 0
        defer { free(text) }
        guard status == 0, isClosed, let text else { return nil }
        return String(cString: text)
    }

    /// Gives free memory of all arenas back to the system; true when there was any (malloc_trim(3)).
    static func giveBackFreeMemory() -> Bool {
        trim?(0) == 1
    }

    private static func symbol(_ name: String) -> UnsafeMutableRawPointer? {
        #if canImport(Darwin)
        nil
        #else
        dlsym(nil, name)
        #endif
    }
}
