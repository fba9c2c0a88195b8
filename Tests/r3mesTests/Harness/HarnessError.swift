// SPDX-License-Identifier: Apache-2.0

/// Something outside the service went wrong, or it did not do what the harness needs.
struct HarnessError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
