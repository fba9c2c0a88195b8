// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Synchronization

/// A program that a test has started.
///
/// It does not outlive the test run: see ``Watchdog``. A task that is cancelled while it waits for the end kills it.
public final class ChildProcess: Sendable {
    /// How a process ended.
    public enum End: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// Its number, which is another's once it has ended.
    public let processID: pid_t
    /// What it has written to standard output so far.
    public let standardOutput: ProcessOutput
    /// What it has written to standard error so far.
    public let standardError: ProcessOutput
    private let lifetime: Lifetime
    private let ending: Task<End, Never>
    private let watchdog: Watchdog

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - environment: Variables beside those of this process; its own `R3MES_…` are not handed on.
    ///   - input: The file to read as standard input, which is empty otherwise.
    ///   - onTerminal: Whether its standard error is a terminal.
    public init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "/dev/null",
        onTerminal: Bool = false
    ) throws {
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("R3MES_") }
        variables.merge(environment) { _, new in new }
        let (output, errors) = (try PipeEnds(), onTerminal ? try PipeEnds.makeTerminal() : try PipeEnds())
        processID = try Spawn.start(executable, arguments, environment: variables) { actions in
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, output.writeEnd, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, errors.writeEnd, STDERR_FILENO)
        }
        close(output.writeEnd)
        close(errors.writeEnd)
        standardOutput = ProcessOutput(readingFrom: output.readEnd)
        standardError = ProcessOutput(readingFrom: errors.readEnd)
        let lifetime = Lifetime(processID: processID)
        self.lifetime = lifetime
        watchdog = try Watchdog(over: processID)
        ending = Task {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: lifetime.waitForEnd()) }
            }
        }
    }

    deinit {
        send(SIGKILL)
    }

    /// Sends a signal, unless the process has ended.
    public func send(_ signal: Int32) {
        lifetime.send(signal)
    }

    /// Waits for the process to end.
    public func waitForEnd() async -> End {
        let end = await withTaskCancellationHandler {
            await ending.value
        } onCancel: {
            send(SIGKILL)
        }
        watchdog.dismiss()
        return end
    }
}

/// Keeps the number of a process from being used after the process is gone, when it may be another's.
private final class Lifetime: Sendable {
    private let processID: pid_t
    private let hasEnded = Mutex(false)

    init(processID: pid_t) {
        self.processID = processID
    }

    func send(_ signal: Int32) {
        hasEnded.withLock { hasEnded in
            if !hasEnded { kill(processID, signal) }
        }
    }

    /// Blocks the thread until the process has ended, then gives its number back.
    func waitForEnd() -> ChildProcess.End {
        var info = siginfo_t()
        while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        hasEnded.withLock { hasEnded in
            waitpid(processID, &status, 0)
            hasEnded = true
        }
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
    }
}
