// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What goes to a person while measuring, apart from the results on standard output.
enum Console {
    /// Says on standard error what is being done.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data("bench-database: \(text)\n".utf8))
    }

    /// Writes a line to standard output, at once even where that is a pipe.
    static func print(_ text: String) {
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }
}
