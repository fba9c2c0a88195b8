// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What is asked, and by how many at the same time.
struct Workload: CustomStringConvertible, Sendable {
    enum Command: String, CaseIterable, ExpressibleByArgument, Sendable {
        case get, set, mget
    }

    /// The keys that there are, and how long values are.
    static let keyCount = 10_000
    static let value = String(repeating: "x", count: 64)
    /// How many keys an MGET asks for.
    static let keysPerRequest = 10

    let command: Command
    let callers: Int

    var description: String { "\(command.rawValue.uppercased()), \(callers)" }
}
