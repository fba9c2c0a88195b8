// SPDX-License-Identifier: Apache-2.0

import Logging

extension Logger {
    /// Writes nothing: the peers log nothing either, and a terminal would be what is measured.
    static let silent = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
}
