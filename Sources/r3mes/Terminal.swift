// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESService

/// The two streams: results go to standard output, messages to standard error, so that a pipe gets results alone.
enum Terminal {
    /// Whether a person is likely to read along.
    static var isInteractive: Bool {
        isatty(STDERR_FILENO) == 1
    }

    /// Writes a result, at once: the reader at the other end of a pipe may be waiting for it.
    static func printResult(_ text: String, terminator: String = "\n") {
        FileHandle.standardOutput.write(Data((text + terminator).utf8))
    }

    /// Writes a message, ended by a line break or whatever is given instead.
    static func printLine(_ text: String, terminator: String = "\n") {
        FileHandle.standardError.write(Data((text + terminator).utf8))
    }

    /// Writes an error in one line, and each refused field in a line of its own.
    static func printError(_ error: ServiceError) {
        printLine("r3mes: \(error.detail) [\(error.code)]")
        for field in error.fieldErrors {
            printLine("  \(field.field): \(field.reason)")
        }
    }
}
