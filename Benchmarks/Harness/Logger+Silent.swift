// SPDX-License-Identifier: Apache-2.0

public import Logging

extension Logger {
    /// Writes nothing: the peers log nothing either, and a terminal would be what is measured.
    package static let silent = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
}
