// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Kills a process if this one dies before it, in whatever way.
///
/// It is a shell that waits at the other end of a pipe: the kernel closes the pipe of a dead process.
final class Watchdog: Sendable {
    private let shell: pid_t
    /// Nil once dismissed.
    private let writeEnd: Mutex<Int32?>

    init(over processID: pid_t) throws {
        let pipe = try PipeEnds()
        let script = "read -r line || kill -KILL \"$1\""
        shell = try Spawn.start("/bin/sh", ["-c", script, "watchdog", String(processID)], environment: [:]) { actions in
            posix_spawn_file_actions_adddup2(&actions, pipe.readEnd, STDIN_FILENO)
        }
        close(pipe.readEnd)
        writeEnd = Mutex(pipe.writeEnd)
    }

    deinit {
        dismiss()
    }

    /// Ends the watch without harm.
    func dismiss() {
        let end = writeEnd.withLock { end in
            defer { end = nil }
            return end
        }
        guard let end else { return }
        _ = write(end, "\n", 1)
        close(end)
        waitpid(shell, nil, 0)
    }
}
