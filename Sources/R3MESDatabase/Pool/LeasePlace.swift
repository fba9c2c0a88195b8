// SPDX-License-Identifier: Apache-2.0

/// Where in a program a lease was taken.
struct LeasePlace: Hashable, Sendable, CustomStringConvertible {
    let file: String
    let line: Int

    var description: String { "\(file):\(line)" }
}
