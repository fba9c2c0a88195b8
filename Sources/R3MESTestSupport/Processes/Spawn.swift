// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Both ends of a pipe, neither of which a started program inherits by itself.
struct PipeEnds {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        let failed = Spawn.exclusively {
            guard pipe(&ends) == 0 else { return true }
            return ends.contains { fcntl($0, F_SETFD, FD_CLOEXEC) != 0 }
        }
        guard !failed else { throw HarnessError("No pipe could be made: error \(errno).") }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    private init(readEnd: Int32, writeEnd: Int32) {
        (self.readEnd, self.writeEnd) = (readEnd, writeEnd)
    }

    /// The two sides of a pseudoterminal: a program that writes to it takes its reader for a person.
    static func makeTerminal() throws -> PipeEnds {
        let ends = Spawn.exclusively { () -> PipeEnds? in
            var ends: (reader: Int32, writer: Int32) = (-1, -1)
            guard openpty(&ends.reader, &ends.writer, nil, nil, nil) == 0,
                fcntl(ends.reader, F_SETFD, FD_CLOEXEC) == 0, fcntl(ends.writer, F_SETFD, FD_CLOEXEC) == 0
            else { return nil }
            return PipeEnds(readEnd: ends.reader, writeEnd: ends.writer)
        }
        guard let ends else { throw HarnessError("No terminal could be made: error \(errno).") }
        return ends
    }
}

/// Starts programs by posix_spawn.
enum Spawn {
    #if canImport(Darwin)
    typealias FileActions = posix_spawn_file_actions_t?
    #else
    typealias FileActions = posix_spawn_file_actions_t
    #endif

    private static let lock = Mutex(())

    /// Runs a closure while no program is started: a descriptor that it opens can be closed to them in time.
    static func exclusively<Value: Sendable>(_ body: () -> Value) -> Value {
        lock.withLock { _ in body() }
    }

    static func start(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String],
        _ prepare: (inout FileActions) -> Void
    ) throws -> pid_t {
        #if canImport(Darwin)
        var actions: FileActions = nil
        #else
        var actions = FileActions()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        prepare(&actions)

        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for text in words + variables { free(text) }
        }
        var processID: pid_t = 0
        let failure = exclusively {
            keepDescriptors()
            return posix_spawn(&processID, executable, &actions, nil, &words, &variables)
        }
        guard failure == 0 else { throw HarnessError("\(executable) could not be started: error \(failure).") }
        return processID
    }

    /// Keeps what is open here from the program about to be started.
    ///
    /// A socket that it held would stay open after it is closed here: nobody at the other end would hear of that before the
    /// program ends.
    private static func keepDescriptors() {
        guard let folder = opendir("/dev/fd") else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let descriptor = Int32(name), descriptor > STDERR_FILENO {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            }
        }
    }
}
