// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A program of a peer, kept running and asked for one measurement after the other, so that its start is never measured.
///
/// A question is a line `CASE MILLISECONDS [ARGUMENT]`, its answer a line with a ``Measurement`` as JSON.
package final class PeerProcess: Sendable {
    private struct Pipes {
        let input: FileHandle
        let output: FileHandle
        var unread = Data()
    }

    private let process: Process
    private let pipes: Mutex<Pipes>

    /// Starts the program.
    package init(_ command: [String]) throws {
        let input = Pipe()
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        try Self.withoutBlockedSignals { try process.run() }
        self.process = process
        pipes = Mutex(Pipes(input: input.fileHandleForWriting, output: output.fileHandleForReading))
    }

    /// A program inherits the signals that the thread which starts it blocks, and threads of a pool block nearly all: pgbench
    /// would never be told by SIGALRM that its time is over.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// Asks for one measurement and waits for it; nothing of ours runs meanwhile.
    package func measure(_ name: String, for time: Duration, argument: String = "") throws -> Measurement {
        let line = try ask("\(name) \(Int(time.milliseconds)) \(argument)\n")
        return try JSONDecoder().decode(Measurement.self, from: Data(line.utf8))
    }

    /// The next line that the program writes.
    package func readLine() throws -> String {
        try ask("")
    }

    /// Closes its input, upon which it ends.
    package func stop() {
        pipes.withLock { try? $0.input.close() }
        process.waitUntilExit()
    }

    private func ask(_ question: String) throws -> String {
        try pipes.withLock { pipes in
            try pipes.input.write(contentsOf: Data(question.utf8))
            while true {
                if let end = pipes.unread.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: pipes.unread[..<end], as: UTF8.self)
                    pipes.unread = Data(pipes.unread[(end + 1)...])
                    return line
                }
                let more = pipes.output.availableData
                guard !more.isEmpty else {
                    throw PeerEnded(question: question)
                }
                pipes.unread.append(more)
            }
        }
    }
}

/// A peer's program ended instead of answering; its own words are on standard error.
package struct PeerEnded: Error, CustomStringConvertible {
    package let question: String

    package init(question: String) {
        self.question = question
    }

    package var description: String { "a peer's program ended instead of answering: \(question)" }
}
